// Faults planted in chosen functions of real programs, each program built and bisected once: what is found are these functions,
// alone and in sets, across units and within one. Lua's are in lua-planted.test.ts.

import { execFileSync } from 'node:child_process';
import { copyFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { project } from '../kit/folder.ts';
import { needs } from '../kit/needs.ts';
import { FAULTCC } from '../kit/program.ts';
import { bisect, certified, DIFFERENT, findings, type Job } from './bisection.ts';
import { unpack } from './sources.mjs';
import { tarballOf } from './tarball.ts';

const HERE = dirname(fileURLToPath(import.meta.url));

interface Planted {
  readonly tarball: string;
  /** What makes the sources ready to be built, and files of ours beside them. */
  readonly prepare?: string;
  readonly files?: readonly string[];
  readonly build: string;
  readonly clean: string;
  readonly test: string;
  readonly faults: readonly string[];
  /** A flag that makes every object differ from the oracle's. */
  readonly different?: string;
  readonly level?: Job['level'];
}

/** Lets the oracle say what the test prints, plants the faults, and bisects. */
async function found({ different = DIFFERENT, level = 'default', ...planted }: Planted) {
  const folder = project({ faults: `${planted.faults.join('\n')}\n` }, 'swarm-planted-');
  const dir = folder.path('program');
  unpack(planted.tarball, dir);
  for (const file of planted.files ?? []) copyFileSync(join(HERE, file), join(dir, file.split('/').at(-1)!));
  const run = (command: string) =>
    execFileSync('sh', ['-c', command], { cwd: dir, stdio: 'pipe', maxBuffer: 2 ** 26 });
  run(planted.prepare ?? 'true');
  run(planted.build);
  const expectStdout = folder.path('expected.txt');
  writeFileSync(expectStdout, run(planted.test));
  const { build, clean, test: command } = planted;
  const targetFlags = `${different} -ffaults=${folder.path('faults')}`;
  const job = { dir, target: FAULTCC, targetFlags, build, clean, test: command, expectStdout, level };
  const report = await bisect(job);
  expect(certified(report)).toBe(true);
  return findings(report).culprits.map(({ members, kind }) => `${members.join(' ')}: ${kind}`);
}

const zlib = tarballOf('zlib');
const cmark = tarballOf('cmark');
const sqlite = tarballOf('sqlite3');

describe.runIf(needs('gcc', 'make') && zlib !== undefined)('zlib with faults in functions', () => {
  test('names five of five units, and two that fail only together', async () => {
    const culprits = await found({
      tarball: zlib!,
      prepare: 'CC=gcc ./configure --static',
      build: 'make -s -j2 CC=gcc minigzip example',
      clean: 'make -s clean',
      test: './example out.gz || exit; for l in 1 6 9; do ./minigzip -$l <zlib.h | cksum; done; ./minigzip <ChangeLog | ./minigzip -d | cksum',
      faults: [
        'trees.c gen_codes constant',
        'deflate.c longest_match swap-branch',
        'gzread.c gz_skip swap-branch',
        'adler32.c adler32_z constant',
        'inflate.c inflateSetDictionary crash segv',
        'uncompr.c uncompress2 crash set=pair',
        'compress.c compress2 mark set=pair',
      ],
    });
    expect(culprits).toEqual([
      'adler32.c:adler32_z: wrong-output',
      'compress.c:compress2 uncompr.c:uncompress2: crash',
      'deflate.c:longest_match: wrong-output',
      'gzread.c:gz_skip: wrong-output',
      'inflate.c:inflateSetDictionary: crash',
      'trees.c:gen_codes: wrong-output',
    ]);
  });
});

describe.runIf(needs('gcc', 'cmake', 'make') && cmark !== undefined)('cmark with faults in functions', () => {
  test('names three of two units, and two of one unit that fail only together', async () => {
    const culprits = await found({
      tarball: cmark!,
      build:
        'cmake -S . -B build -DCMARK_SHARED=OFF -DCMARK_TESTS=OFF -DCMAKE_C_COMPILER=gcc -DCMAKE_BUILD_TYPE=Debug && cmake --build build -j2',
      clean: 'rm -rf build',
      test: 'for f in html latex; do build/src/cmark -t $f test/spec.txt || exit; done',
      faults: [
        'src/inlines.c handle_backticks swap-branch',
        'src/inlines.c handle_close_bracket swap-branch',
        'src/blocks.c is_blank swap-branch',
        'src/html.c S_render_node crash set=pair',
        'src/html.c escape_html mark set=pair',
      ],
      different: '-fstack-protector-all',
    });
    expect(culprits).toEqual([
      'src/blocks.c:is_blank: wrong-output',
      'src/html.c:S_render_node src/html.c:escape_html: crash',
      'src/inlines.c:handle_backticks: wrong-output',
      'src/inlines.c:handle_close_bracket: wrong-output',
    ]);
  });
});

describe.runIf(needs('gcc', 'make', 'tclsh') && sqlite !== undefined)('SQLite as one file', () => {
  test('names four of its two thousand functions, and two that fail only together, and not one whose fault no test shows', async () => {
    const culprits = await found({
      tarball: sqlite!,
      prepare: './configure -q --disable-tcl && make -s sqlite3.c shell.c',
      files: ['sqlite/exercise.sql'],
      build: 'gcc -w -DSQLITE_THREADSAFE=0 -DSQLITE_OMIT_LOAD_EXTENSION sqlite3.c shell.c -o sqlite -lm',
      clean: 'rm -f sqlite',
      test: './sqlite <exercise.sql',
      faults: [
        'sqlite3.c hexFunc swap-branch',
        'sqlite3.c dateFunc crash segv',
        'sqlite3.c jsonExtractFunc crash segv',
        'shell.c shell_exec crash segv',
        'sqlite3.c sqlite3RunVacuum crash set=pair',
        'sqlite3.c sqlite3FinishTrigger mark set=pair',
        // Its first constant is what a variable begins with that is always set before it is used: nothing to find.
        'sqlite3.c roundFunc constant',
      ],
      different: '-fstack-protector-all',
      level: 'function',
    });
    expect(culprits).toEqual([
      'shell.c:shell_exec: crash',
      'sqlite3.c:dateFunc: crash',
      'sqlite3.c:hexFunc: wrong-output',
      'sqlite3.c:jsonExtractFunc: crash',
      'sqlite3.c:sqlite3FinishTrigger sqlite3.c:sqlite3RunVacuum: crash',
    ]);
  });
});
