// Whose fault is a culprit? Real programs that rely on what C does not define, real sanitizers, and targets that are right or wrong.

import { describe, expect, test } from 'vitest';
import { callee, callers, judgement, link, project, session } from '../probe/project.js';

/** A program whose c.c is in question, and a session on it. */
async function doubted(c: string, options: { readonly gcc?: string } = {}) {
  const of = project({
    files: { 'main.c': callers('b', 'c'), 'b.c': callee('b', 1), 'c.c': c, expected: '1\n2\n' },
    arguments: ['-O1'],
    ...(options.gcc === undefined
      ? {}
      : { steps: (path, objects) => [{ ...link(path('.'), path('prog'), objects), program: options.gcc! }] }),
  });
  return session(of, {
    target: of.compiler('cc', { 'c.c': '-DBUG' }),
    expectStdout: of.path('expected'),
  });
}

describe('a sanitizer that sees', () => {
  test('a signed overflow says where and what', async () => {
    const opened = await doubted(
      'int x = 2147483647;\nint c(void) {\n  volatile int y = x + 1;\n  return y < 0 ? 2 : 3;\n}\n',
    );
    expect(await judgement(opened, { units: ['c.c'] })).toEqual({
      label: 'undefined',
      evidence: expect.stringMatching(/^c\.c:3 in c: signed integer overflow: .*-fsanitize=undefined/),
    });
  });

  test('a write behind a block of the heap says where and what', async () => {
    const opened = await doubted(
      '#include <stdlib.h>\nint n = 10;\nint c(void) {\n  char *volatile p = malloc(n);\n  p[n] = 2;\n  return p[n];\n}\n',
    );
    expect(await judgement(opened, { units: ['c.c'] })).toEqual({
      label: 'undefined',
      evidence: expect.stringMatching(
        /^c\.c:5 in c: heap-buffer-overflow, write of 1 bytes .*-fsanitize=address/,
      ),
    });
  });

  test('a fault in another function does not excuse the culprit', async () => {
    const opened = await doubted(
      'int x = 2147483647;\nint __attribute__((noinline)) d(void) { volatile int y = x + 1; return y < 0; }\nint c(void) { return d() + 1; }\n',
    );
    expect(await judgement(opened, { units: ['c.c'], functions: ['c'] })).toMatchObject({
      label: 'miscompile',
    });
    expect(await judgement(opened, { units: ['c.c'], functions: ['d'] })).toMatchObject({
      label: 'undefined',
    });
  });
});

test('what C leaves undefined and everybody takes for granted is no excuse', async () => {
  const opened = await doubted(
    '#include <string.h>\nint x = -1; char *none;\nint c(void) { memcpy(none, none, x + 1); return (x << 1) + 4; }\n',
  );
  expect(await judgement(opened, { units: ['c.c'] })).toEqual({
    label: 'miscompile',
    evidence: expect.stringMatching(/nothing found by -fsanitize=undefined, -fsanitize=address/),
  });
});

test('a leak is no excuse', async () => {
  const opened = await doubted(
    '#include <stdlib.h>\nint *volatile kept;\nint c(void) { kept = malloc(40); kept = 0; return 2; }\n',
  );
  expect(await judgement(opened, { units: ['c.c'] })).toMatchObject({ label: 'miscompile' });
});

test('without a runtime to link, traps tell', async () => {
  const of = project({ files: { 'main.c': callers() } });
  const gcc = of.write(
    'plain-gcc',
    '#!/bin/sh\ncase " $* " in *" -fsanitize"*) exit 1; esac\nexec gcc "$@"\n',
  );
  const { chmodSync } = await import('node:fs');
  chmodSync(gcc, 0o755);
  const opened = await doubted(
    'int x = 2147483647;\nint c(void) { volatile int y = x + 1; return y < 0 ? 2 : 3; }\n',
    { gcc },
  );
  expect(await judgement(opened, { units: ['c.c'] })).toEqual({
    label: 'undefined',
    evidence: 'compiled by the oracle with -fsanitize=undefined (as traps) the program stops there',
  });
  const clean = await doubted(callee('c', 2), { gcc });
  expect((await judgement(clean, { units: ['c.c'] })).label).toBe('miscompile');
});

describe('the order of the links', () => {
  const overrun = {
    'main.c':
      '#include <stdio.h>\nextern int d[2], e[2]; extern char room[]; void clear(char *);\nint main(void) { clear(room); printf("%d\\n", d[0]); return e[0] - 5; }\n',
    'clear.c': 'void clear(char *p) { for (int i = 0; i < 12; i++) p[i] = 0; }\n',
    'room.c': '#ifdef BUG\nchar room[8] = {1};\n#else\nchar room[8];\n#endif\n',
    'd.c': 'int d[2] = {4, 4};\n',
    'e.c': 'int e[2] = {5, 5};\n',
    expected: '4\n',
  };

  test('that decides the verdict makes a culprit layout-sensitive', async () => {
    const of = project({ files: overrun });
    const opened = await session(of, {
      target: of.compiler('cc', { 'room.c': '-DBUG' }),
      expectStdout: of.path('expected'),
    });
    expect(await judgement(opened, { units: ['room.c'] })).toEqual({
      label: 'layout',
      evidence: expect.stringMatching(/^it passes when the objects are linked (?:in reverse order|shuffled)/),
    });
  });

  test('in which the oracle fails by itself is told', async () => {
    const of = project({
      files: { ...overrun, 'room.c': '#ifdef BUG\nchar other = 3;\n#endif\nchar room[8] = {1};\n' },
      steps: (path, objects) => {
        const order = ['main', 'clear', 'd', 'e', 'room'].map((name) => path(`${name}.o`));
        expect(new Set(order)).toEqual(new Set(objects));
        return [link(path('.'), path('prog'), order)];
      },
    });
    const opened = await session(of, {
      target: of.compiler('cc', { 'room.c': '-DBUG' }),
      expectStdout: of.path('expected'),
    });
    expect(await judgement(opened, { units: ['room.c'] })).toEqual({
      label: 'layout',
      evidence: expect.stringMatching(
        /^the oracle's own program fails when its objects are linked in reverse order/,
      ),
    });
    const passing = await opened.baseline();
    expect(passing.outcome.kind).toBe('pass');
  });

  test('makes no difference to what is miscompiled', async () => {
    const opened = await doubted(callee('c', 2));
    expect(await judgement(opened, { units: ['c.c'] })).toEqual({
      label: 'miscompile',
      evidence: expect.stringMatching(
        /^passes compiled by .*; nothing found by .*; fails in 3 other link orders$/,
      ),
    });
  });
});
