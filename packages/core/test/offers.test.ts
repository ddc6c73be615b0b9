import { describe, expect, test } from 'vitest';
import { offers, stillToDo, type Task, type TaskDraft, taskOf } from '../src/index.ts';

const task = (id: string, more: Partial<TaskDraft> & Partial<Pick<Task, 'state'>> = {}): Task => {
  const { state = 'open', ...draft } = more;
  return { ...taskOf({ id, title: id, ...draft }), state };
};
const offered = (tasks: readonly Task[], claimed: readonly string[] = [], seed = 'ann') =>
  offers(tasks, new Set(claimed), seed).map(({ id }) => id);

describe('offers', () => {
  test('leave out what is claimed, over, blocked, or a double', () => {
    const tasks = [
      task('open'),
      task('claimed'),
      task('landed', { state: 'landed' }),
      task('blocked', { state: 'blocked' }),
      task('double', { duplicateOf: 'open' }),
    ];
    expect(offered(tasks, ['claimed'])).toEqual(['open']);
  });

  test('wait for what a task needs', () => {
    const first = task('first');
    const second = task('second', { needs: ['first'] });
    expect(offered([first, second])).toEqual(['first']);
    expect(offered([{ ...first, state: 'landed' }, second])).toEqual(['second']);
    expect(offered([{ ...first, state: 'superseded' }, second])).toEqual(['second']);
    expect(offered([{ ...first, state: 'withdrawn' }, second])).toEqual([]);
    expect(offered([task('lonely', { needs: ['nobody-knows'] })])).toEqual([]);
  });

  test('begin with the highest priority, then with what nobody works on', () => {
    const tasks = [
      task('busy', { touches: ['src/parse.c', 'doc'] }),
      task('inside', { touches: ['src/lex/number.c'] }),
      task('free', { touches: ['src/parse.c.orig', 'src/emit.c'] }),
      task('urgent', { priority: 5, touches: ['src/parse.c'] }),
      task('theirs', { touches: ['src/parse.c', 'src/lex/', 'doc/a.md'] }),
    ];
    expect(offered(tasks, ['theirs'])).toEqual(['urgent', 'free', 'inside', 'busy']);
  });

  test('are in another order for another agent, and in the same for the same', () => {
    const tasks = Array.from({ length: 50 }, (_, i) => task(`t-${i}`));
    const firsts = new Set(Array.from({ length: 16 }, (_, i) => offered(tasks, [], `agent-${i}`)[0]));
    expect(firsts.size).toBeGreaterThan(10);
    expect(offered(tasks, [], 'ann')).toEqual(offered([...tasks].reverse(), [], 'ann'));
  });
});

test('what can still be done is neither a double, nor waits for what nobody will do', () => {
  const tasks = [
    task('free'),
    task('waits', { needs: ['free', 'done'] }),
    task('done', { state: 'landed' }),
    task('double', { duplicateOf: 'free' }),
    task('waits-for-double', { needs: ['double'] }),
    task('blocked', { state: 'blocked' }),
    task('held-back', { needs: ['blocked'] }),
    task('further-back', { needs: ['held-back'] }),
    task('unknown-need', { needs: ['nobody-knows'] }),
    task('circle', { needs: ['round'] }),
    task('round', { needs: ['circle'] }),
  ];
  expect(stillToDo(tasks).map(({ id }) => id)).toEqual(['free', 'waits', 'waits-for-double']);
});
