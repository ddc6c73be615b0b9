// Marked texts, compiled and run: they do what the unmarked ones do, and what they say was not reached can go.

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { project } from '../../../../test/kit/folder.ts';
import { needs } from '../../../../test/kit/needs.ts';
import { edited } from '../../src/reduce/edits.js';
import { marked } from '../../src/reduce/idle.js';
import { piecesOf } from '../../src/source/pieces.js';

const PROGRAM = `extern int printf(const char *, ...);
static int never(int x) { return x + 1; }
static void quiet(void) { printf("never said\\n"); }
static int sign(int x) {
  if (x > 0) return 1;
  else if (x < 0) return -1;
  else { quiet(); return never(x); }
}
static const char *name(int x) {
  switch (x) {
    case 1: { int y = x; if (y) return "one"; }
    case 2: case 3: quiet(); break;
    default: if (x < 0) if (x < -9) quiet(); else goto done; else quiet();
  }
  return "many";
done:
  do x++; while (x < 5);
  return "few";
}
int main(void) {
  for (int i = -1; i < 2; i += 2) printf("%d %s\\n", sign(i), name(i));
  while (0) quiet();
  return 7;
}
`;

describe.runIf(needs('gcc'))('a marked text', () => {
  test('runs as before, and what it has not reached can go', () => {
    const folder = project({}, 'swarm-idle-');
    const run = (text: string): string => {
      folder.write('a.c', text);
      const built = ['sh', '-c', 'gcc -Werror=return-type -o a a.c && { ./a; echo $?; }'] as const;
      return execFileSync(built[0], built.slice(1), { cwd: folder.dir, encoding: 'utf8' });
    };
    const expected = '-1 few\n1 one\n7\n';
    expect(run(PROGRAM)).toBe(expected);
    const { text, edits } = marked(piecesOf(PROGRAM));
    const file = folder.path('a "quoted" place');
    expect(run(text(file))).toBe(expected);
    const ran = readFileSync(file);
    expect(ran).toHaveLength(edits.length);
    const lean = edited(
      PROGRAM,
      edits.filter((_, place) => ran[place] === 0),
    );
    expect(run(lean)).toBe(expected);
    expect(lean).not.toMatch(/never said|quiet\(\);|x \+ 1|break/);
    expect(lean).toMatch(/else for \(;;\) ;.*case 2: case 3: ;/s);
    folder.remove();
  });
});
