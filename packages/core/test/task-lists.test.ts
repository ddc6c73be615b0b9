import { describe, expect, test } from 'vitest';
import { addTasks, readTask, settleDoubles, type Task, taskOf, taskText, withAttempt } from '../src/index.ts';

const task = (id: string, fingerprint?: string): Task =>
  taskOf({ id, title: id, ...(fingerprint === undefined ? {} : { fingerprint }) });
const draft = (id: string, fingerprint: string) => ({ draft: { id, title: id, fingerprint } });
const added = (tasks: readonly Task[], ...drafts: ReturnType<typeof draft>[]) =>
  addTasks(tasks, drafts).map((change) => [change.task.id, change.task.duplicateOf]);

describe('adding tasks', () => {
  test('links the second of two equal ones to the first', () => {
    expect(added([], draft('a', 'x'), draft('b', 'x'), draft('c', 'y'))).toEqual([
      ['a', undefined],
      ['b', 'a'],
      ['c', undefined],
    ]);
    expect(added([task('a', 'x'), { ...task('b', 'x'), duplicateOf: 'a' }], draft('c', 'x'))).toEqual([
      ['c', 'a'],
    ]);
  });

  test('does not link to what is over: the failure is back', () => {
    for (const state of ['landed', 'superseded', 'withdrawn'] as const)
      expect(added([{ ...task('a', 'x'), state }], draft('b', 'x'))).toEqual([['b', undefined]]);
  });

  test('refuses an id that is taken', () => {
    expect(() => addTasks([task('a')], [draft('a', 'x')])).toThrow('task a: there is one of that id');
    expect(() => addTasks([], [draft('a', 'x'), draft('a', 'y')])).toThrow();
  });
});

test('a double is over with its original, and free when that is taken back', () => {
  const double = { ...task('b', 'x'), duplicateOf: 'a' };
  const settled = (state: Task['state']) => settleDoubles([{ ...task('a', 'x'), state }, double])[1];
  expect(settled('open')).toEqual(double);
  expect(settled('landed')).toMatchObject({ state: 'superseded', reason: 'by a' });
  expect(settled('withdrawn')).toEqual(task('b', 'x'));
  expect(settleDoubles([double])).toEqual([task('b', 'x')]);
});

test('an attempt teaches what a task touches; the newest are kept', () => {
  let tried = task('a');
  for (let i = 0; i < 30; i++)
    tried = withAttempt(tried, { agent: 'ann', outcome: 'failed', touched: [`src/${i}.c`, 'src/all.c'] });
  expect(tried.attempts).toHaveLength(20);
  expect(tried.touches.slice(0, 3)).toEqual(['src/29.c', 'src/all.c', 'src/28.c']);
});

describe('the text of a task', () => {
  test('is read back as the same task', () => {
    const whole: Task = {
      ...taskOf({
        id: 'a',
        title: 'A "title"',
        body: 'x\n\u0000y',
        needs: ['b'],
        verify: 'make',
        priority: -1.5,
      }),
      attempts: [{ agent: 'ann', outcome: 'failed', touched: ['a'] }],
      attachments: ['r/x.c'],
    };
    expect(readTask(taskText(whole))).toEqual({ kind: 'task', task: whole });
  });

  test.each([
    ['no JSON', 'it is no JSON'],
    ['[]', 'it is no object'],
    ['{}', 'its schema is not swarm.task/1'],
    ['{"schema":"swarm.task/1","id":"a","state":"open"}', '`title` is missing'],
    ['{"schema":"swarm.task/1","id":"../a","title":"x","state":"open"}', '`id` is not what it must be'],
    ['{"schema":"swarm.task/1","id":"a","title":"x\\ny","state":"open"}', '`title` is not what it must be'],
    ['{"schema":"swarm.task/1","id":"a","title":"x","state":"claimed"}', '`state` is not what it must be'],
    [
      '{"schema":"swarm.task/1","id":"a","title":"x","state":"open","attachments":["../x"]}',
      '`attachments` is not what it must be',
    ],
  ])('is refused when it is none: %s', (text, reason) => {
    expect(readTask(text)).toEqual({ kind: 'garbage', reason });
  });
});
