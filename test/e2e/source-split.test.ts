// Units taken apart by their source, for targets that write no assembly: the functions of culprits are found, and with a target
// that is right any mix of functions passes.

import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { trySelections } from '../bench/selections.mjs';
import { project } from '../kit/folder.ts';
import { needs } from '../kit/needs.ts';
import { copyProgram, FIXTURES } from '../kit/program.ts';
import { reportOf } from '../kit/report.ts';
import { swarm } from '../kit/swarm.ts';

/** A compiler that refuses -S. */
const withoutAssembly = (cc: string) => `#!/bin/sh
for word; do [ "$word" != -S ] || { echo 'no -S' >&2; exit 1; }; done
exec ${cc} "$@"
`;

/** tcc, which has no -S, wrong about a constant: it edits the source that it compiles. */
const WRONG_TCC = `#!/bin/sh
compiles=
for word; do [ "$word" != -c ] || compiles=1; done
[ "$compiles" ] || exec tcc "$@"
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
count=$#
for word; do
  case $word in
    *.c)
      sed 's/return 3600;/return 3060;/' "$word" >"$dir/\${word##*/}"
      set -- "$@" "-I\${word%/*}" "$dir/\${word##*/}" ;;
    *) set -- "$@" "$word" ;;
  esac
done
shift $count
tcc "$@"
`;

describe.runIf(needs('gcc', 'make'))('functions of a correct target that writes no assembly', () => {
  test('pass in any selection, whatever the construct', { timeout: 120_000 }, async () => {
    const folder = project({ 'cc.sh': withoutAssembly('gcc -O0') }, 'swarm-constructs-');
    const dir = folder.path('constructs');
    cpSync(join(FIXTURES, 'programs', 'constructs'), dir, { recursive: true });
    const job = {
      dir,
      build: 'make -j2 CC=gcc',
      clean: 'make clean',
      test: 'build/constructs',
      expectStdout: join(dir, 'expected.out'),
    };
    const sides = {
      target: { command: folder.path('cc.sh'), flags: [] },
      oracle: { command: 'gcc', flags: ['-O2'] },
    };
    const result = await trySelections(job, sides, 7);
    expect(result).toMatchObject({ units: 15, unsplit: [], pass: 7, fail: [], unresolved: [] });
  });
});

describe.runIf(needs('gcc', 'make', 'tcc'))('a bisect with a target that writes no assembly', () => {
  test('names the function of its culprit', { timeout: 120_000 }, async () => {
    const program = copyProgram('calc');
    program.write('wrong-tcc', WRONG_TCC);
    const report = reportOf(
      await swarm(['bisect', '--json', '--target', './wrong-tcc'], { cwd: program.dir, timeoutMs: 110_000 }),
    );
    expect(report.culprits.map(({ members }) => members)).toEqual([['src/units.c:seconds_in']]);
    expect(report.notes.filter((note) => note.includes('not taken apart'))).toEqual([]);
  });
});
