import { describe, expect, test } from 'vitest';
import type { CulpritEntry } from '../src/bisect/document.js';
import { groupedByLinkError, linkError } from '../src/bisect/link-groups.js';

const culprit = (id: string, detail: string, label: CulpritEntry['label'] = 'link'): CulpritEntry => ({
  id,
  members: [`${id}.c`],
  level: 'unit',
  outcome: { kind: label === 'link' ? 'link' : 'exit', detail },
  confidence: 1,
  certificate: { alone: 'fail', without: 'pass', subsets: 'pass' },
  label,
});

describe('culprits that do not link', () => {
  test('are one group where the linker says the same of each, wherever in the objects', () => {
    const missing = "undefined reference to `__fixunsdfdi'";
    const entries = [
      culprit('a', `a.c:(.text+0x42): ${missing}`),
      culprit('b', 'b.c:(.text+0x1): undefined reference to `text_number'),
      culprit('c', `/usr/bin/ld: build/c.o: ${missing}`),
      culprit('d', missing, 'miscompile'),
    ];
    const grouped = groupedByLinkError(entries);
    expect(grouped.map(({ group }) => group?.members)).toEqual([
      ['a', 'c'],
      undefined,
      ['a', 'c'],
      undefined,
    ]);
    expect(grouped[0]?.group?.construct).toBe(missing);
  });

  test.each([
    [
      "scope.c:(.text+0x0): multiple definition of `find'; build/builtin.o:builtin.c:(.text+0x0): first defined here",
      "multiple definition of `find'",
    ],
    ['ld.lld: error: undefined symbol: text_number', 'undefined symbol: text_number'],
    ['/usr/bin/ld: cannot find -lnothing', 'cannot find -lnothing'],
    ['relocation truncated to fit: R_X86_64_PC32', 'relocation truncated to fit: R_X86_64_PC32'],
  ])('are told by the error without its place: %s', (said, error) => {
    expect(linkError(said)).toBe(error);
  });
});
