// The pure parts: shell words, first errors, first differences, the order of steps.

import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { StepGraph } from '../../src/probe/graph.js';
import { quoted } from '../../src/probe/script.js';
import { firstDifference, testOutcome } from '../../src/probe/verdicts.js';
import { unitWeight } from '../../src/probe/weight.js';
import { markedFiles } from '../../src/store/markers.js';
import { rejection } from '../../src/store/rejection.js';

test('a quoted word comes back from the shell as it was', () => {
  const word = fc.string({ unit: 'grapheme' }).filter((text) => !text.includes('\0') && text.isWellFormed());
  fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 8 }), (words) => {
      const script = `printf '%s\\0' ${words.map(quoted).join(' ')}`;
      const out = execFileSync('sh', ['-c', script], { encoding: 'utf8' });
      expect(out.split('\0').slice(0, -1)).toEqual(words);
    }),
    { numRuns: 60 },
  );
});

test('the steps that run again are those a full replay in order would need', () => {
  const file = fc.integer({ min: 0, max: 9 }).map((n) => `f${n}`);
  const step = fc.record({
    inputs: fc.uniqueArray(file, { maxLength: 3 }),
    outputs: fc.uniqueArray(file, { minLength: 1, maxLength: 2 }),
  });
  fc.assert(
    fc.property(
      fc.array(step, { maxLength: 8 }),
      fc.uniqueArray(fc.nat(2), { minLength: 1 }),
      (steps, changed) => {
        const { steps: rerun, removes } = new StepGraph(['f0', 'f1', 'f2'], steps).downstream(changed);
        const dirty = new Set([...changed.map((n) => `f${n}`), ...rerun.flatMap((n) => steps[n]!.outputs)]);
        for (const [n, { inputs, outputs }] of steps.entries())
          expect(rerun.includes(n)).toBe([...inputs, ...outputs].some((path) => dirty.has(path)));
        for (const path of removes) expect(dirty.has(path)).toBe(true);
      },
    ),
  );
});

test('the first difference names the line and both texts', () => {
  const difference = (a: string, b: string) => firstDifference(Buffer.from(a), Buffer.from(b));
  expect(difference('a\nb\n', 'a\nb\n')).toBeUndefined();
  expect(difference('a\nb\n', 'a\nc\n')).toBe('line 2: expected "b", got "c"');
  expect(difference('a\nb\n', 'a\n')).toBe('line 2: expected "b", got the end');
  expect(difference('', 'x')).toBe('line 1: expected the end, got "x"');
  expect(difference('a\nb', 'a\nb\n')).toBe('line 2: expected "b", got "b"');
});

test('how a test ended gives its kind', () => {
  const ended = (code: number, stdout = '', stderr = '') =>
    testOutcome(
      { exit: { kind: 'exited', code }, wallMs: 1, stdout, stderr, leaked: false, swept: true },
      2000,
      undefined,
    );
  expect(ended(0)).toEqual({ kind: 'pass' });
  expect(ended(139, '', 'Segmentation fault (core dumped)\n')).toMatchObject({
    failure: 'crash',
    detail: 'SIGSEGV',
  });
  expect(ended(2, '', 'make: *** [Makefile:3: check] Segmentation fault\n')).toMatchObject({
    failure: 'crash',
  });
  expect(ended(1, '', 'the transaction was aborted\n')).toMatchObject({ failure: 'exit' });
  expect(ended(1, 'a b differ: byte 3, line 1\n')).toMatchObject({ failure: 'wrong-output' });
  expect(ended(1, '--- a\n+++ b\n@@ -1 +1 @@\n-x\n+y\n')).toMatchObject({
    failure: 'wrong-output',
    detail: '-x | +y',
  });
  expect(ended(1, '- not a diff\n')).toMatchObject({
    failure: 'exit',
    detail: 'exit status 1: - not a diff',
  });
});

test('a rejection gives the first error, not the first warning', () => {
  const failed = { kind: 'exited', code: 1 } as const;
  expect(rejection(failed, 'a.c:1: warning: error-prone\na.c:2: error: no\n')).toEqual({
    stage: 'compile',
    reason: 'a.c:2: error: no',
  });
  expect(rejection(failed, 'something odd\n')).toEqual({ stage: 'compile', reason: 'something odd' });
  expect(rejection(failed, '')).toMatchObject({
    stage: 'compile',
    reason: 'exit status 1 without a message',
  });
  expect(rejection({ kind: 'timed-out' }, '')).toMatchObject({ stage: 'timeout' });
  expect(rejection({ kind: 'signalled', signal: 'SIGSEGV' }, '')).toMatchObject({ stage: 'crash' });
  expect(rejection({ kind: 'exited', code: 101 }, "thread 'main' panicked at src/x.rs:1:1:\n")).toMatchObject(
    { stage: 'crash' },
  );
});

test('line markers name the files, whatever is in their names', () => {
  const text =
    '# 1 "a.c"\n# 1 "<built-in>"\n#line 1 "sub/b\\"q.h"\n# 1 "\\303\\251.h" 1\n# 2 "a.c" 2\nint x;\n';
  expect(markedFiles(text, '/t')).toEqual(['/t/a.c', '/t/sub/b"q.h', '/t/\u00e9.h']);
});

test('a weight grows with the source, but slowly', () => {
  expect(unitWeight(0)).toBe(1);
  expect(unitWeight(10_000)).toBeGreaterThan(unitWeight(5_000));
  expect(unitWeight(10_000_000) / unitWeight(1000)).toBeLessThan(8);
});
