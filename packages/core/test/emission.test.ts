import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { emission, type Finding, moveTask, type Task, type TaskState, taskId, taskOf } from '../src/index.js';

const ORIGIN = 'bisect:job';
const RUN = { origin: ORIGIN, settled: true };

const finding = (members: readonly string[], more: Partial<Finding['draft']> = {}): Finding => ({
  draft: {
    id: taskId(members.join(' ')),
    title: `wrong: ${members.join(', ')}`,
    kind: 'miscompile',
    members,
    ...more,
  },
  units: [...new Set(members.map((member) => member.split(':')[0]!))],
  attachments: [{ name: 'code.txt', bytes: new Uint8Array([1]) }],
});

/** The tasks after the changes. */
function after(tasks: readonly Task[], findings: readonly Finding[], run = RUN): Task[] {
  const now = new Map(tasks.map((task) => [task.id, task]));
  for (const { task } of emission(tasks, findings, run)) now.set(task.id, task);
  return [...now.values()];
}

const states = (tasks: readonly Task[]) => Object.fromEntries(tasks.map(({ id, state }) => [id, state]));

describe('what is found', () => {
  test('becomes one task each', () => {
    const tasks = after([], [finding(['a.c', 'b.c']), finding(['c.c:f'])]);
    expect(states(tasks)).toEqual({ 'a-c-b-c': 'open', 'c-c-f': 'open' });
    expect(tasks[0]).toMatchObject({ origin: ORIGIN, attachments: ['code.txt'] });
  });

  test('again keeps its task, with the new text', () => {
    const first = after([], [finding(['a.c'])]);
    const again = after(first, [finding(['a.c'], { title: 'wrong in another way' })]);
    expect(again).toEqual([{ ...first[0], title: 'wrong in another way' }]);
  });

  test('under the same fingerprint is the same task, though its members grew', () => {
    const first = after([], [finding(['a.c:f'], { fingerprint: 'shift' })]);
    const again = after(first, [finding(['a.c:f', 'b.c:g'], { fingerprint: 'shift' })]);
    expect(again).toHaveLength(1);
    expect(again[0]!.members).toEqual(['a.c:f', 'b.c:g']);
  });

  test('by function is the task that knew the unit only, and the other way round', () => {
    const unit = after([], [finding(['a.c'])]);
    const named = after(unit, [finding(['a.c:f'])]);
    expect(named).toMatchObject([{ id: 'a-c', members: ['a.c:f'], state: 'open' }]);
    expect(after(named, [finding(['a.c'])])).toMatchObject([{ id: 'a-c', members: ['a.c'] }]);
  });

  test('as one cause of several takes the first of their tasks and closes the others, and as one of them keeps it', () => {
    const apart = after([], [finding(['a.c:f']), finding(['b.c:g'])]);
    const group = finding(['a.c:f', 'b.c:g'], { fingerprint: 'shift' });
    const together = after(apart, [group]);
    expect(states(together)).toEqual({ 'a-c-f': 'open', 'b-c-g': 'superseded' });
    expect(together[0]!.members).toEqual(['a.c:f', 'b.c:g']);
    const less = after(together, [finding(['b.c:g'])]);
    expect(less[0]).toMatchObject({ id: 'a-c-f', members: ['b.c:g'], state: 'open' });
  });

  test('with the fingerprint that another task had keeps its task by its members', () => {
    const before = after([], [finding(['d.c:g'], { fingerprint: 'x' }), finding(['a.c'])]);
    const landed = before.map((task) => (task.id === 'd-c-g' ? moveTask(task, 'landed') : task));
    const findings = [finding(['d.c:g']), finding(['a.c'], { fingerprint: 'x' })];
    const next = after(landed, findings);
    expect(next.map(({ id, members }) => [id, ...members])).toEqual([
      ['d-c-g', 'd.c:g'],
      ['a-c', 'a.c'],
    ]);
    expect(emission(next, findings, RUN)).toEqual([]);
  });

  test('in another function of a unit whose task is over is another task', () => {
    const over = after([], [finding(['a.c:f'])]).map((task) => moveTask(task, 'landed'));
    expect(states(after(over, [finding(['a.c:g'])]))).toEqual({ 'a-c-f': 'landed', 'a-c-g': 'open' });
  });

  test('gets a number where its id is taken', () => {
    const other = taskOf({ id: 'a-c', title: 'something else' });
    expect(states(after([other], [finding(['a.c'])]))).toEqual({ 'a-c': 'open', 'a-c-2': 'open' });
  });

  test('elsewhere under the same fingerprint is linked to that task', () => {
    const other = taskOf({ id: 'other', title: 'the same', origin: 'bisect:else', fingerprint: 'shift' });
    const tasks = after([other], [finding(['a.c'], { fingerprint: 'shift' })]);
    expect(tasks.find(({ id }) => id === 'a-c')).toMatchObject({ duplicateOf: 'other' });
  });
});

describe('what is not found any more', () => {
  const first = after([], [finding(['a.c']), finding(['b.c', 'c.c'])]);

  test('is superseded', () => {
    expect(states(after(first, [finding(['b.c', 'c.c'])]))).toEqual({
      'a-c': 'superseded',
      'b-c-c-c': 'open',
    });
  });

  test('stays when the search was not conclusive', () => {
    expect(after(first, [], { ...RUN, settled: false })).toEqual(first);
  });

  test('stays when a finding shares a unit with it', () => {
    expect(states(after(first, [finding(['a.c']), finding(['c.c', 'd.c'])]))['b-c-c-c']).toBe('open');
  });

  test('is opened again when it comes back', () => {
    const gone = after(first, []);
    const back = after(gone, [finding(['a.c'])]);
    expect(states(back)['a-c']).toBe('open');
    expect(back.find(({ id }) => id === 'a-c')?.reason).toMatch(/fails again/);
  });
});

const MEMBERS = ['a.c', 'b.c', 'c.c', 'd.c:f', 'd.c:g', 'e.c:f'];
const someMembers = fc.uniqueArray(fc.constantFrom(...MEMBERS), { minLength: 1, maxLength: 3 });
const someFindings = fc.uniqueArray(
  fc.record({ members: someMembers, fingerprint: fc.option(fc.constantFrom('x', 'y', 'z')) }),
  { maxLength: 4, selector: ({ members, fingerprint }) => fingerprint ?? members.toSorted().join() },
);
const toFindings = (list: readonly { members: string[]; fingerprint: string | null }[]) =>
  list
    .filter(({ members }, i) => !list.slice(0, i).some((other) => sameSet(other.members, members)))
    .map(({ members, fingerprint }) => finding(members, fingerprint === null ? {} : { fingerprint }));
const sameSet = (a: readonly string[], b: readonly string[]) => a.toSorted().join() === b.toSorted().join();
const someMoves = fc.array(
  fc.tuple(fc.nat(5), fc.constantFrom<TaskState[]>('claimed', 'blocked', 'landed', 'withdrawn')),
  {
    maxLength: 3,
  },
);

/** Some tasks in some state, as earlier runs and those who worked since left them. */
function worked(findings: readonly Finding[], moves: readonly [number, TaskState][]): Task[] {
  const tasks = after([taskOf({ id: 'of-a-person', title: 'by hand', members: ['a.c'] })], findings);
  for (const [i, state] of moves) {
    const task = tasks[i];
    if (task?.state !== 'open' || task.origin !== ORIGIN) continue;
    tasks[i] = { ...moveTask(task, state, 'why'), attempts: [{ agent: 'one', outcome: 'failed' }] };
  }
  return tasks;
}

describe('whatever was found before and now', () => {
  const runs = fc.record({
    before: someFindings,
    moves: someMoves,
    now: someFindings,
    settled: fc.boolean(),
  });
  const check = (holds: (tasks: Task[], next: Task[], findings: Finding[]) => void) =>
    fc.assert(
      fc.property(runs, ({ before, moves, now, settled }) => {
        const tasks = worked(toFindings(before), moves);
        const findings = toFindings(now);
        holds(tasks, after(tasks, findings, { origin: ORIGIN, settled }), findings);
      }),
      { numRuns: 500 },
    );

  test('deciding again changes nothing', () =>
    check((_, next, findings) => {
      expect(emission(next, findings, RUN).filter(({ task }) => task.state !== 'superseded')).toEqual([]);
      const settled = after(next, findings);
      expect(emission(settled, findings, RUN)).toEqual([]);
    }));

  test('every finding has exactly one task that is not over, unless a person withdrew it', () =>
    check((_, next, findings) => {
      for (const { draft } of findings) {
        const standing = next.filter(
          (task) =>
            task.origin === ORIGIN &&
            sameSet(task.members, draft.members) &&
            ['open', 'claimed', 'blocked'].includes(task.state),
        );
        const withdrawn = next.some((task) => task.state === 'withdrawn');
        expect(standing.length).toBeLessThanOrEqual(1 + Number(draft.fingerprint !== undefined));
        if (!withdrawn) expect(standing.length).toBeGreaterThanOrEqual(1);
      }
    }));

  test('tasks of others are not touched, and nobody loses an attempt', () =>
    check((tasks, next) => {
      expect(next[0]).toEqual(tasks[0]);
      for (const task of tasks)
        expect(next.find(({ id }) => id === task.id)?.attempts).toEqual(task.attempts);
    }));

  test('what is claimed stays claimed, what is withdrawn stays withdrawn, what is blocked is never offered', () =>
    check((tasks, next) => {
      for (const { id, state } of tasks) {
        const to = next.find((task) => task.id === id)!.state;
        if (state === 'claimed' || state === 'withdrawn') expect(to).toBe(state);
        if (state === 'blocked') expect(['blocked', 'superseded']).toContain(to);
      }
    }));

  test('no two tasks have one id', () =>
    check((_, next) => expect(new Set(next.map(({ id }) => id)).size).toBe(next.length)));
});
