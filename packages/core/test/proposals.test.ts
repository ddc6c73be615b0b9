// Proposed tasks: what is wrong with one is said of it alone, and what is stored is sound whatever was proposed.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  isTaskId,
  judgeProposals,
  type ProposalRules,
  type Task,
  type TaskDraft,
  taskOf,
} from '../src/index.ts';

const rules: ProposalRules = { most: 3, origin: 'swarm plan', exists: (path) => path === 'src/a.c' };
const there = (draft: TaskDraft, state: Task['state'] = 'open'): Task => ({ ...taskOf(draft), state });
const refusals = (value: unknown, tasks: readonly Task[] = []) =>
  judgeProposals(value, tasks, rules).refused.map(({ what, reason }) => `${what}: ${reason}`);

describe('proposals', () => {
  test('are made tasks of the plan, each with an id and a fingerprint of its own', () => {
    const { good, refused } = judgeProposals(
      [
        { title: 'One', verify: 'make  one', touches: ['src/new/b.c'], members: ['src/a.c:parse'] },
        { title: 'One!', verify: 'make two', needs: ['old'], attempts: [{ agent: 'x', outcome: 'landed' }] },
      ],
      [there({ id: 'one', title: 'Something else' }), there({ id: 'old', title: 'Old' }, 'landed')],
      rules,
    );
    expect(refused).toEqual([{ what: 'One!', reason: 'it is the same work as one-2' }]);
    expect(good).toMatchObject([{ id: 'one-2', origin: 'swarm plan', fingerprint: 'verify:make one' }]);
  });

  test.each([
    [{ title: 'no command' }, 'it has no `verify`'],
    [{ title: 'empty', verify: ' ' }, '$[0]: verify must be a line of text'],
    [{ title: 'x'.repeat(300), verify: 'a' }, 'its title is longer'],
    [{ title: 'long', verify: 'a', body: 'x'.repeat(30_000) }, 'its body is longer'],
    [{ title: 'long command', verify: 'x'.repeat(3_000) }, 'its command is longer'],
    [{ title: 'out', verify: 'a', touches: ['../secret'] }, '../secret is no path in the repository'],
    [{ title: 'abs', verify: 'a', touches: ['/etc/passwd'] }, '/etc/passwd is no path'],
    [{ title: 'git', verify: 'a', touches: ['.git/hooks/x'] }, '.git/hooks/x is no path'],
    [{ title: 'gone', verify: 'a', members: ['src/b.c:f'] }, "src/b.c:f, which isn't there"],
    [
      { title: 'wide', verify: 'a', touches: Array.from({ length: 60 }, (_, i) => `f${i}`) },
      'more than 50 paths',
    ],
    [{ title: 'done', verify: 'a', state: 'landed' }, 'it says that it is landed'],
    [{ title: 'needs', verify: 'a', needs: ['nobody'] }, 'it needs nobody'],
    [{ title: 'odd', verify: 'a', touches: 'src' }, 'must be'],
    [{ title: 'odd key', verify: 'a', verifi: 'b' }, 'verifi'],
    [7, 'must be a title'],
  ])('%j are refused: %s', (proposal, reason) => {
    const said = refusals([proposal, { title: 'fine', verify: 'make fine' }]);
    expect(said).toHaveLength(1);
    expect(said[0]).toContain(reason);
  });

  test('are refused where somebody knows them already, and beyond the number that was asked for', () => {
    const tasks = [
      there({ id: 'a', title: 'A thing', verify: 'make a' }),
      there({ id: 'b', title: 'B', verify: 'make b', fingerprint: 'f' }),
      there({ id: 'c', title: 'C', verify: 'make c' }, 'withdrawn'),
    ];
    const proposals = [
      { title: 'a  THING', verify: 'other' },
      { title: 'again', verify: 'make\ta' },
      { title: 'print', verify: 'p', fingerprint: 'f' },
      { title: 'C', verify: 'make c' },
      { title: 'D', verify: 'make d' },
      { title: 'E', verify: 'make e' },
      { title: 'F', verify: 'make f' },
    ];
    expect(refusals(proposals, tasks)).toEqual(
      [
        'a  THING: it is the same work as a',
        'again: it is the same work as a',
        'print: it is the same work as b',
        'F: more than 3 are not taken at once',
      ].map((line) => line.replace('a  THING', 'a THING')),
    );
  });

  test('of anything at all never throw, and leave only what can be stored', () => {
    const text = fc.oneof(fc.string(), fc.constantFrom('..', '/etc', '.git', 'src/a.c', 'a\nb'));
    const proposal = fc.record(
      {
        title: text,
        verify: text,
        touches: fc.array(text),
        members: fc.array(text),
        needs: fc.array(text),
        body: text,
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), fc.array(fc.oneof(proposal, fc.jsonValue()))), (value) => {
        const { good } = judgeProposals(value, [], rules);
        expect(good.length).toBeLessThanOrEqual(rules.most);
        expect(new Set(good.map(({ id }) => id)).size).toBe(good.length);
        for (const { id, verify, touches = [] } of good) {
          expect(isTaskId(id)).toBe(true);
          expect(verify?.trim()).not.toBe('');
          for (const path of touches) expect(path).not.toMatch(/^\/|(^|\/)\.\.(\/|$)|[\n\0]/);
        }
      }),
    );
  });
});
