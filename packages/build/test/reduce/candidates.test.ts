// What a candidate has to show, asked of real compilers: a source that is smaller and wrong in itself must never pass for one that tells
// the target from the oracle.

import { chmodSync, mkdirSync } from 'node:fs';
import { afterAll, describe, expect, test } from 'vitest';
import { project as folderOf } from '../../../../test/kit/folder.ts';
import { needs } from '../../../../test/kit/needs.ts';
import { FAULTCC } from '../../../../test/kit/program.ts';
import { openReduction, type Reduction } from '../../src/reduce/reduction.js';
import { type CandidateTest, isInteresting } from '../../src/reduce/trial.js';
import { project, session } from '../probe/project.js';

const MAIN = `#include <stdio.h>
int other(int x);
int main(int argc, char **argv) {
  if (argc > 2) return other(argc);
  printf("%d\\n", 1234);
  return argv[0] == 0;
}
`;

const reductions = folderOf();
let serial = 0;
afterAll(() => reductions.remove());

/** Reduces a culprit main.c that prints 1243 where it should print 1234; what stands in `refuses` is a source that the target can't read. */
async function opened(refuses = ''): Promise<Reduction> {
  const program = project({ files: { 'main.c': MAIN, 'other.c': 'int other(int x) { return x; }\n' } });
  const table = program.write('faults', 'main.c main constant from=1234 to=1243\n');
  const command = program.write(
    'target',
    `#!/bin/sh\ncase " $* " in *" ${refuses} "*) echo '${refuses}:1: error: no' >&2; exit 1 ;; esac\nexec ${FAULTCC} -ffaults=${table} "$@"\n`,
  );
  chmodSync(command, 0o755);
  const sides = { target: { command, flags: ['-g0'] }, test: './prog | grep -q 1234' };
  const { workbench } = await session(program, sides);
  const folder = reductions.path(`${++serial}`);
  mkdirSync(folder);
  const found = await openReduction(workbench, ['main.c'], { folder, say: () => {}, inputLimitMs: 1000 });
  if (found.kind !== 'open') throw new Error(found.reason);
  return found.reduction;
}

const PRINTF = 'int printf(const char *, ...);\n';
const body = (text: string) => `${PRINTF}int main(void) { ${text} }\n`;

describe.runIf(needs('gcc'))('a candidate', () => {
  test('is taken where it tells the sides apart, and not where it is wrong by itself', async () => {
    const { test: candidate, difference } = await opened();
    const isTaken = (text: string, weaker: Partial<CandidateTest> = {}) =>
      isInteresting({ ...candidate, ...weaker }, difference, text);
    const taken = {
      'the difference and nothing else': body('printf("%d", 1234); return 0;'),
      'another status on both sides': body('printf("%d", 1234); return 3;'),
    };
    const refused = {
      'no difference any more': body('volatile int x = 1234; x = 7; printf("%d", x); return 0;'),
      'it does not compile': body('printf("%d", 1234) return 0;'),
      'a function that nobody declares': 'int main(void) { printf("%d", 1234); return 0; }',
      'another kind of failure': body(
        'volatile int x = 1234; if (x != 1234) *(volatile char *)0 = 1; return 0;',
      ),
      "the oracle's program crashes": body('printf("%d", 1234); *(volatile char *)0 = 1; return 0;'),
      'an index out of bounds': body(
        'volatile int i = 4; int a[4] = {1}; printf("%d %d", 1234, a[i]); return 0;',
      ),
      'a signed overflow': body('volatile int i = 2147483647; printf("%d %d", 1234, i + 1); return 0;'),
      'a variable that nobody has set': body('int x; printf("%d %d", 1234, x); return 0;'),
      'what the oracle says by its level': body(
        'int x = 3; printf("%d %d", 1234, __builtin_constant_p(x)); return 0;',
      ),
      'what is another one in each run': `int getpid(void);\n${body('printf("%d %d", 1234, getpid()); return 0;')}`,
    };
    for (const [what, text] of Object.entries(taken))
      expect([what, await isTaken(text)]).toEqual([what, true]);
    for (const [what, text] of Object.entries(refused))
      expect([what, await isTaken(text)]).toEqual([what, false]);
    expect(await isTaken(refused['a function that nobody declares'], { strict: [] })).toBe(true);
    expect(await isTaken(refused['a signed overflow'], { sanitizers: [] })).toBe(true);
  });

  test('is a whole program also where the target can not read a unit that the run does not reach', async () => {
    const { test: candidate, text, notes } = await opened('other.c');
    const said = "other.c can't be preprocessed: left out, since it does not run";
    expect([candidate.setting.kind, notes]).toEqual(['standalone', [said]]);
    expect(text).not.toContain('other');
  });
});
