// Drafts for the exchange tests: any that a store would take.

import fc from 'fast-check';
import type { ListedState, ListedTask, TaskDraft } from '../src/index.ts';

const line = fc
  .oneof(
    fc.string({ minLength: 1, maxLength: 40, unit: 'grapheme' }),
    fc.constantFrom(
      'a <!-- swarm {"id":"x"} -->',
      '--> `--` <b>',
      '[ ] - [x] box',
      '# head',
      '$(rm -rf /); "x" \\',
    ),
  )
  .map((text) => text.replace(/[\s\p{Cc}\u2028\u2029]+/gu, ' ').trim())
  .filter((text) => text !== '');

const bodyLine = fc.oneof(
  line,
  fc.constantFrom(
    '',
    '- item',
    '- [ ] a box',
    '1. [x] one',
    '```',
    '~~~~',
    '    code',
    '\tcode',
    '# head',
    '> quote',
  ),
  fc.constantFrom('<!-- a', '-->', '  indented', 'ends in space ', '---', '\u0085', '\r', '*', '- '),
);
const body = fc.array(bodyLine, { minLength: 1, maxLength: 6 }).map((lines) => lines.join('\n'));
const id = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,20}[a-z0-9])?$/);
const some = <T>(value: fc.Arbitrary<T>) => fc.array(value, { minLength: 1, maxLength: 3 });

const draft: fc.Arbitrary<TaskDraft> = fc.record(
  {
    id,
    title: line,
    body: body.filter((text) => text !== ''),
    priority: fc.integer({ min: -5, max: 9 }).filter((n) => n !== 0),
    reproduce: line,
    verify: line,
    kind: line.filter((text) => text !== 'task'),
    members: some(line),
    touches: some(line),
    labels: some(line),
    needs: some(id),
    fingerprint: line,
    origin: line,
    reason: body,
    duplicateOf: id,
    attempts: some(
      fc.record({ agent: line, outcome: line, note: body }, { requiredKeys: ['agent', 'outcome'] }),
    ),
  },
  { requiredKeys: ['id', 'title'] },
);

const state = fc.constantFrom<ListedState>('open', 'landed', 'superseded', 'blocked', 'withdrawn');

/** Lists of drafts with ids of their own. */
export const lists: fc.Arbitrary<Pick<ListedTask, 'draft' | 'state'>[]> = fc.uniqueArray(
  fc.record({ draft, state }),
  { maxLength: 6, selector: (item) => item.draft.id },
);
