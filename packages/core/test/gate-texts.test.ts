import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  bytewise,
  type Declaration,
  declarationsText,
  isInForce,
  matchesGlob,
  OWN_PROTECTION,
  type PathChange,
  type Protection,
  readDeclarations,
  tamperingOf,
} from '../src/index.ts';

describe('a declared list', () => {
  test('is one sorted line a test, and reads back', () => {
    const text = declarationsText([
      { test: 'tests/b.c', until: '2026-12-31', reason: 'needs\na second card' },
      { test: 'tests/odd name.c', until: '2026-10-01', reason: 'no unicode yet: really' },
      { test: '#hash', until: '2026-10-01', reason: 'x' },
    ]);
    expect(text).toBe(
      [
        '"#hash" until 2026-10-01: x',
        'tests/b.c until 2026-12-31: needs a second card',
        '"tests/odd name.c" until 2026-10-01: no unicode yet: really',
        '',
      ].join('\n'),
    );
    expect(readDeclarations(`# why\n\n${text}`).declarations.map((it) => it.test)).toEqual([
      '#hash',
      'tests/b.c',
      'tests/odd name.c',
    ]);
  });

  test('tells every line that it does not understand', () => {
    const { declarations, problems } = readDeclarations(
      'a until 2026-12-31: ok\nb\nc until tomorrow: x\nd until 2026-13-01: x\ne until 2026-12-31:\na until 2027-01-01: x\n',
    );
    expect(declarations).toHaveLength(1);
    expect(problems.map(({ line, reason }) => `${line}: ${reason}`)).toEqual([
      '2: it is not `TEST until YYYY-MM-DD: REASON`',
      '3: tomorrow is no day, like 2026-12-31',
      '4: 2026-13-01 is no day, like 2026-12-31',
      '5: it gives no reason',
      '6: the test is named twice',
    ]);
  });

  const ODD = [
    'a',
    'é',
    '/',
    '::',
    ' ',
    '"',
    '#',
    ',',
    '\\',
    '\n',
    '\t',
    '\0',
    '\u2028',
    '\uffee',
    '\u{1f600}',
  ];

  test('keeps any name, in the order of bytes', () => {
    const declaration = fc.record({
      test: fc.string({ unit: fc.constantFrom(...ODD), minLength: 1, maxLength: 8 }),
      until: fc.constant('2026-12-31'),
      reason: fc.constant('why'),
    });
    fc.assert(
      fc.property(
        fc.uniqueArray(declaration, { selector: (it) => it.test, maxLength: 20 }),
        (list: Declaration[]) => {
          const { declarations, problems } = readDeclarations(declarationsText(list));
          expect(problems).toEqual([]);
          const byBytes = [...list].sort((a, b) => Buffer.compare(Buffer.from(a.test), Buffer.from(b.test)));
          expect(declarations).toEqual(byBytes);
          expect([...list].sort((a, b) => bytewise(a.test, b.test))).toEqual(byBytes);
        },
      ),
      { numRuns: 30 },
    );
  });

  test('holds through its last day', () => {
    const it = { test: 'a', until: '2026-06-15', reason: 'x' };
    expect([isInForce(it, '2026-06-15'), isInForce(it, '2026-06-16')]).toEqual([true, false]);
  });
});

describe('a glob', () => {
  test.each([
    ['tests/**', 'tests/a/b.c', true],
    ['tests/**', 'tests', false],
    ['tests/**', 'mytests/a.c', false],
    ['**/conftest.py', 'conftest.py', true],
    ['**/conftest.py', 'a/b/conftest.py', true],
    ['**/conftest.py', 'a/xconftest.py', false],
    ['*.{c,h}', 'a.h', true],
    ['*.{c,h}', 'a/b.h', false],
    ['a?c+(1).txt', 'abc+(1).txt', true],
    ['swarm.config.*', 'swarm-config.yaml', false],
    ['tests/*.c', 'tests/new\nline.c', true],
  ])('%s on %s: %s', (glob, path, expected) => expect(matchesGlob(glob, path)).toBe(expected));
});

describe('the tamper check', () => {
  const protections: Protection[] = [
    { area: 'tests', patterns: ['tests/**'], mayAdd: true },
    { area: 'verifier', patterns: ['tests/run.sh', '**/conftest.py'], mayAdd: false },
    ...OWN_PROTECTION,
  ];
  const told = (...changes: PathChange[]) =>
    tamperingOf(changes, protections).map(({ area, what, reason }) => `${area} ${what}: ${reason}`);

  test('lets anyone add a test, and nobody touch what judges', () => {
    expect(told({ kind: 'added', path: 'tests/new.c' }, { kind: 'modified', path: 'src/a.c' })).toEqual([]);
    expect(
      told(
        { kind: 'modified', path: 'tests/a.c' },
        { kind: 'deleted', path: 'tests/b.c' },
        { kind: 'renamed', from: 'tests/c.c', path: 'tests/d.c' },
        { kind: 'renamed', from: 'tests/e.c', path: 'src/e.c' },
        { kind: 'modified', path: 'tests/run.sh' },
        { kind: 'added', path: 'tests/deep/conftest.py' },
        { kind: 'added', path: 'swarm/fails.txt' },
        { kind: 'modified', path: 'swarm.config.yaml' },
        { kind: 'modified', path: '.husky/pre-commit' },
        { kind: 'modified', path: 'AGENT_PROMPT.md' },
        { kind: 'renamed', from: 'src/x', path: 'swarm/skips.txt' },
      ),
    ).toEqual([
      'tests tests/a.c: the change edits it, and it is part of the tests',
      'tests tests/b.c: the change deletes it, and it is part of the tests',
      'tests tests/c.c: the change renames it to tests/d.c, and it is part of the tests',
      'tests tests/e.c: the change renames it to src/e.c, and it is part of the tests',
      'verifier tests/run.sh: the change edits it, and it is part of what runs the tests',
      'verifier tests/deep/conftest.py: the change adds it, and it is part of what runs the tests',
      'lists swarm/fails.txt: the change adds it, and it is part of the declared lists',
      "config swarm.config.yaml: the change edits it, and it is part of the gate's config",
      'hooks .husky/pre-commit: the change edits it, and it is part of the hooks',
      'pages AGENT_PROMPT.md: the change edits it, and it is part of what agents are told',
      'lists swarm/skips.txt: the change makes it of src/x, and it is part of the declared lists',
    ]);
  });
});
