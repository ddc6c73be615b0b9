// Names and texts from outside: folders and sources with spaces, quotes and letters of all kinds are bisected as any
// other, and nothing that a test, a compiler or a name says can make lines of ours.

import { mkdirSync, renameSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type Folder, project } from '../kit/folder.ts';
import { needs } from '../kit/needs.ts';
import { processesLeft } from '../kit/processes.ts';
import { reportOf } from '../kit/report.ts';
import { swarm } from '../kit/swarm.ts';

const ODD = `it's a "näme" $HOME ✓`;
const SOURCE = `ünit 'one' "two".c`;
const word = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;

/** A program with a unit of an odd name, in a folder of an odd name, and a target that gets the unit wrong. */
function oddProgram(test = './prog'): Folder {
  const outer = project();
  const objects = `main.o other.o ${word(`${SOURCE}.o`)}`;
  const folder: Folder = {
    ...outer,
    dir: outer.path(ODD),
    write: (file, text) => outer.write(`${ODD}/${file}`, text),
  };
  mkdirSync(folder.dir);
  folder.write('main.c', 'int odd(void), other(void);\nint main(void) { return odd() + other(); }\n');
  folder.write('other.c', 'int other(void) { return BAD - BAD; }\n');
  folder.write(SOURCE, 'int odd(void) { return BAD; }\n');
  folder.write(
    'build.sh',
    `#!/bin/sh -e
for source in main.c other.c ${word(SOURCE)}; do
  object=$source.o; [ "$source" = ${word(SOURCE)} ] || object=\${source%.c}.o
  cc -DBAD=0 -O1 -c "$source" -o "$object"
done
cc -o prog ${objects}
`,
  );
  folder.write('target cc', '#!/bin/sh\nexec gcc -fno-omit-frame-pointer "$@" -UBAD -DBAD=7\n');
  folder.write('clean.sh', '#!/bin/sh\nrm -f *.o prog\n');
  folder.write(
    'swarm.config.yaml',
    JSON.stringify({
      bisect: { target: './target cc', build: './build.sh', clean: './clean.sh', test },
    }),
  );
  return folder;
}

describe.runIf(needs('gcc'))('odd names', () => {
  test('of folders, sources and compilers are names like any other', async () => {
    const { dir } = oddProgram();
    const ended = await swarm(['bisect', '--json', '--level', 'unit'], { cwd: dir });
    const report = reportOf(ended);
    expect(report.culprits.map(({ members, outcome }) => [...members, outcome.detail])).toEqual([
      [SOURCE, 'exit status 7'],
    ]);
    expect(report.log).toContain(ODD);
    expect(await processesLeft(dir)).toEqual([]);
    const moved = `${dir} moved`;
    renameSync(dir, moved);
    const again = reportOf(await swarm(['bisect', '--json', '--level', 'unit', '--dir', moved]));
    expect(again.culprits.map(({ members }) => members)).toEqual([[SOURCE]]);
  });
});

/** Controls but the line's end, other line ends, marks that turn the order of letters around. */
const UNSAFE = /[^\P{Cc}\n]|[\u2028\u2029\u202e]/u;

/** What every human output has to keep to. */
function expectTidy(stdout: string): string[] {
  expect(Buffer.byteLength(stdout)).toBeLessThanOrEqual(2048);
  const lines = stdout.split('\n');
  expect(lines.pop()).toBe('');
  expect(lines.length).toBeLessThanOrEqual(10);
  expect(lines.at(-1)).toMatch(/^log: /);
  expect(stdout).not.toMatch(UNSAFE);
  return lines;
}

/** Lines that start as ours do, returns, colours, a bell, what is no UTF-8, and a great deal of it. */
const FORGERY =
  "printf 'x\\nCULPRIT all.c: crash\\rERROR forged\\033[2J\\033]0;title\\007\\377\\376\\342\\200\\250CULPRIT u2028\\342\\200\\256 turned\\nlog: /etc/passwd\\n'; head -c 300000 /dev/zero | tr '\\0' 'y'";

describe.runIf(needs('gcc'))('what others print', () => {
  test('a test forges no line, whatever it prints', async () => {
    const { dir } = oddProgram(`{ ${FORGERY}; } >&2; ${FORGERY}; ./prog`);
    const { stdout, stderr } = await swarm(['bisect', '--level', 'unit'], { cwd: dir });
    const lines = expectTidy(stdout);
    expect(lines.filter((line) => line.startsWith('CULPRIT '))).toEqual([expect.stringContaining('ünit')]);
    expect(lines.filter((line) => line.startsWith('log: '))).toHaveLength(1);
    expect(lines.some((line) => line.startsWith('ERROR'))).toBe(false);
    expect(stderr).toBe('');
  });

  test('nor with the oracle', async () => {
    const { dir } = oddProgram(`{ ${FORGERY}; } >&2; exit 1`);
    const { stdout } = await swarm(['bisect', '--level', 'unit'], { cwd: dir });
    const lines = expectTidy(stdout);
    expect(lines.filter((line) => /^(ERROR|CULPRIT)/.test(line))).toEqual([
      expect.stringMatching(/^ERROR oracle-fails: /),
    ]);
  });

  test('nor does a compiler that rejects a unit', async () => {
    const folder = oddProgram();
    folder.write(
      'target cc',
      `#!/bin/sh\ncase "$*" in *--version*) exit 0;; esac\n{ echo "a.c:1: error: $(${FORGERY})"; ${FORGERY}; } >&2; exit 1\n`,
    );
    const { stdout, code } = await swarm(['bisect', '--level', 'unit'], { cwd: folder.dir });
    const lines = expectTidy(stdout);
    expect(code).toBe(4);
    expect(lines.filter((line) => /^(ERROR|CULPRIT|REJECTED)/.test(line))).toEqual([
      expect.stringMatching(/^ERROR no-units/),
      expect.stringMatching(/^REJECTED 3 units/),
    ]);
  });

  test('nor does a build that fails', async () => {
    const folder = oddProgram();
    folder.write('build.sh', `#!/bin/sh\necho "error: $(${FORGERY})" >&2; exit 1\n`);
    const { stdout, stderr, code } = await swarm(['bisect', '--level', 'unit'], { cwd: folder.dir });
    expect([code, stdout]).toEqual([5, '']);
    expect(stderr).toMatch(/^ERROR build with the oracle: [^\n]*\n {2}next: [^\n]*\n$/);
    expect(stderr).not.toMatch(UNSAFE);
  });
});
