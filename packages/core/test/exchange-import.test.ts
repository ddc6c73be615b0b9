import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  isGithubList,
  type ListedTask,
  mergeList,
  readGithubList,
  readJsonList,
  type Task,
  taskOf,
  tasksOfFailingTests,
} from '../src/index.ts';
import { lists } from './exchange.ts';

describe('a JSON list', () => {
  test('holds titles, objects, or our own export', () => {
    const tasks = readJsonList({
      schema: 'swarm.tasks/1',
      tasks: ['One\nline', { title: 'Two', needs: ['one-line'] }],
    });
    expect(tasks.problems).toEqual([]);
    expect(tasks.tasks.map(({ draft }) => draft)).toEqual([
      { id: 'one-line', title: 'One line' },
      { id: 'two', title: 'Two', needs: ['one-line'] },
    ]);
  });

  test('has all of its problems told at once, each with its place', () => {
    const { problems } = readJsonList([
      '',
      7,
      { titel: 'x' },
      { title: 'a', priority: 1.5, labels: 'x', needs: ['../..'], state: 'finished' },
      { id: 'A b', title: 'ok' },
      { id: 'two', title: 'ok' },
      { id: 'two', title: 'ok' },
    ]);
    expect(problems.map(({ where, reason }) => `${where} ${reason}`)).toEqual([
      '$[0] is an empty title',
      '$[1] must be a title or an object with a title',
      '$[2] unknown key `titel`',
      '$[2] has no `title`',
      '$[3].priority must be a whole number',
      '$[3].labels must be a list of words',
      '$[3].needs must be a list of task ids',
      '$[3].state must be one of open, claimed, landed, superseded, blocked, withdrawn',
      '$[4] id "A b": an id is lower-case letters, digits and hyphens, at most 64',
      '$[6] id `two` is also at $[5]',
    ]);
    expect(readJsonList('x').problems).toHaveLength(1);
  });
});

describe('issues of GitHub', () => {
  const gh = [
    {
      number: 7,
      title: 'Crash\u0007 on $(reboot)',
      body: 'It\r\ncrashes',
      labels: [{ id: 'x', name: 'bug' }, { name: 'P1' }],
      state: 'OPEN',
      url: 'https://example.com/o/r/issues/7',
    },
    {
      number: 8,
      title: 'Old',
      body: '',
      labels: [],
      state: 'CLOSED',
      url: 'https://example.com/o/r/issues/8',
    },
    { number: 9, title: 'Never', state: 'CLOSED', stateReason: 'NOT_PLANNED' },
  ];

  test('are read from what gh prints', () => {
    expect(isGithubList(gh)).toBe(true);
    const { tasks, problems } = readGithubList(gh);
    expect(problems).toEqual([]);
    expect(tasks[0]?.draft).toEqual({
      id: 'issue-7',
      title: 'Crash on $(reboot)',
      kind: 'issue',
      body: 'It\ncrashes\n\nhttps://example.com/o/r/issues/7',
      labels: ['bug', 'P1'],
      origin: 'github:https://example.com/o/r/issues/7',
    });
    expect(tasks.map(({ state }) => state)).toEqual(['open', 'landed', 'withdrawn']);
  });

  test('are read from the REST interface, without pull requests', () => {
    const rest = [
      {
        number: 1,
        title: 'A',
        body: null,
        state: 'open',
        labels: ['x'],
        url: 'api',
        html_url: 'page',
        user: {},
      },
      { number: 2, title: 'B', state: 'open', pull_request: { url: 'x' } },
    ];
    const { tasks, problems, skipped } = readGithubList(rest);
    expect(problems).toEqual([]);
    expect(tasks.map(({ draft }) => draft.origin)).toEqual(['github:page']);
    expect(skipped).toEqual(['1 pull request']);
  });

  test('have all of their problems told', () => {
    const { problems } = readGithubList([
      { number: 0, title: 'x' },
      { number: 1, title: '', state: 'odd', labels: 3 },
      { number: 1, title: 'y' },
    ]);
    expect(problems.map(({ where }) => where)).toEqual([
      '$[0]',
      '$[1].title',
      '$[1].state',
      '$[1].labels',
      '$[2]',
    ]);
  });
});

describe('failing tests', () => {
  const failing = {
    suite: 'a.B',
    name: "it's $(x)",
    kind: 'failure',
    message: 'boom',
    detail: 'boom\nat 1',
  } as const;

  test('become one task each, with the command filled in as shell words', () => {
    const [task, ...more] = tasksOfFailingTests([failing, failing], 'run {class} -t {} {file}');
    expect(more).toEqual([]);
    expect(task?.draft).toMatchObject({
      title: "test fails: a.B it's $(x)",
      kind: 'test',
      fingerprint: `test:["a.B","it's $(x)"]`,
      verify: `run 'a.B' -t 'it'\\''s $(x)' ''`,
    });
    expect(task?.draft.body).toContain('```\nboom\nat 1\n```');
  });

  test('of different names never share an id or a fingerprint', () => {
    const named = (name: string) => tasksOfFailingTests([{ ...failing, name }])[0]!.draft;
    expect(named('a b').id).toBe('test-a-b-a-b');
    expect(
      new Set([named('x[1]').fingerprint, named('x[2]').fingerprint, named('x 1').fingerprint]).size,
    ).toBe(3);
  });
});

describe('taking a list over', () => {
  const listed = (...titles: string[]): ListedTask[] => readJsonList(titles).tasks.map((task) => task);
  const options = { origin: 'list:TODO.md', reopen: false };
  const apply = (tasks: readonly Task[], list: readonly ListedTask[], more = {}) => {
    const plan = mergeList(tasks, list, { ...options, ...more });
    const byId = new Map([...tasks, ...plan.changes.map(({ task }) => task)].map((task) => [task.id, task]));
    return { ...plan, tasks: [...byId.values()] };
  };

  test('a second time changes nothing', () => {
    fc.assert(
      fc.property(lists, (written) => {
        const ids = new Set(written.map(({ draft }) => draft.id));
        const list = written.map(({ draft: { needs, duplicateOf: _, ...draft }, state }) => ({
          draft:
            needs === undefined
              ? draft
              : { ...draft, needs: needs.filter((id) => id < draft.id && ids.has(id)) },
          state,
          where: '',
        }));
        const first = apply([], list);
        expect(first.problems).toEqual([]);
        const second = apply(first.tasks, list);
        expect(second.changes).toEqual([]);
      }),
    );
  });

  test('adds, updates and closes what the list made before', () => {
    const first = apply([], listed('A', 'B', 'C'));
    const [a, b, c] = listed('A', 'B', 'C') as [ListedTask, ListedTask, ListedTask];
    const next = apply(first.tasks, [
      { ...a, draft: { ...a.draft, body: 'more' } },
      { ...b, state: 'landed' },
      c,
    ]);
    expect(next.merged).toMatchObject({ updated: ['a'], closed: ['b'], unchanged: ['c'], added: [] });
    expect(next.tasks.map(({ state }) => state)).toEqual(['open', 'landed', 'open']);
  });

  test('leaves tasks alone that something else made', () => {
    const other = taskOf({ id: 'a', title: 'Mine', origin: 'bisect:1' });
    const { merged, changes } = apply([other], listed('A'));
    expect([merged.foreign, changes]).toEqual([['a'], []]);
  });

  test('links the same work under another name', () => {
    const [one] = tasksOfFailingTests([{ suite: '', name: 'x', kind: 'failure', message: '', detail: '' }]);
    const there = taskOf({ ...one!.draft, id: 'older', origin: 'other' });
    const { merged, tasks } = apply([there], [one!]);
    expect(merged.duplicates).toEqual(['test-x']);
    expect(tasks[1]?.duplicateOf).toBe('older');
  });

  test('opens a task again when a test fails again, and only then', () => {
    const landed = apply([], listed('A')).tasks.map((task): Task => ({ ...task, state: 'landed' }));
    expect(apply(landed, listed('A')).changes).toEqual([]);
    expect(apply(landed, listed('A'), { reopen: true }).merged.reopened).toEqual(['a']);
  });

  test('refuses needs that nobody has, and circles, and then changes nothing', () => {
    const { problems, changes } = apply(
      [],
      readJsonList([
        { title: 'A', needs: ['b'] },
        { title: 'B', needs: ['a'] },
        { title: 'C', needs: ['nobody'] },
      ]).tasks,
    );
    expect(problems.map(({ where }) => where)).toEqual(['$[2]', '$[0]', '$[1]']);
    expect(changes).toEqual([]);
  });

  test('drops needs that the list says are done', () => {
    const list = readJsonList([
      { title: 'A', needs: ['b'] },
      { title: 'B', state: 'landed' },
    ]).tasks;
    const { tasks, merged } = apply([], list);
    expect(tasks.map(({ id, needs }) => [id, needs])).toEqual([['a', []]]);
    expect(merged.finished).toEqual(['b']);
  });
});
