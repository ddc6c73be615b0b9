// `swarm task verify`: what somebody else has fixed is closed for the price of one test; and closing by a word.

import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { documentOf } from '../kit/documents.ts';
import { type Fleet, fleet } from '../kit/fleet.ts';
import { processesLeft } from '../kit/processes.ts';

let place: Fleet;
beforeAll(async () => {
  place = await fleet(['ann', 'bob'], { 'done.txt': 'fixed\n' });
});
afterAll(() => place.remove());

const verdicts = (document: { results: { task: string; outcome: string; closed: boolean }[] }) =>
  document.results.map(({ task, outcome, closed }) => [task, outcome, closed]);

describe('swarm task verify', () => {
  test('closes what is green on the hub, in a clean checkout, and says what is red', async () => {
    await place.addTasks(
      { id: 'by-swarm', title: 'verified by swarm itself', verify: 'swarm --version' },
      { id: 'fixed', title: 'fixed', verify: 'test ! -e made && grep -q fixed done.txt && touch made' },
      {
        id: 'fixed-too',
        title: 'fixed too',
        verify: 'test ! -e made && test "$(git status --porcelain)" = ""',
      },
      { id: 'not-fixed', title: 'not fixed', verify: 'echo so far >&2; touch done.txt; exit 3' },
      { id: 'only-here', title: 'fixed only here', verify: 'grep -q mine done.txt' },
      { id: 'no-command', title: 'no command' },
    );
    place.write('ann/done.txt', 'mine\n');
    const ended = await place.as('ann', ['task', 'verify', '--json'], {
      env: { GIT_DIR: '/nonexistent', SWARM_AGENT: 'ann' },
    });
    const document = documentOf<Parameters<typeof verdicts>[0] & { base: string }>(ended, 'swarm.verify/1');
    expect(verdicts(document)).toEqual([
      ['by-swarm', 'green', true],
      ['fixed', 'green', true],
      ['fixed-too', 'green', true],
      ['not-fixed', 'red', false],
      ['only-here', 'red', false],
    ]);
    expect(place.stored('fixed')).toMatchObject({
      state: 'superseded',
      reason: expect.stringContaining('green at'),
    });
    expect(readdirSync(join(place.clone('ann'), '.swarm', 'checkouts'))).toEqual([]);
    expect(place.git('ann', 'status', '--porcelain')).toBe(' M done.txt\n');
    place.git('ann', 'checkout', '--quiet', '.');
  });

  test('of named tasks says by its exit status whether there is still work', async () => {
    expect(await place.said('ann', 1, 'task', 'verify', 'not-f')).toMatch(
      /^RED not-fixed: exit status 3: so far\n1 task on main at [0-9a-f]{10}: 0 green, 1 red\n$/,
    );
    expect(await place.said('ann', 4, 'task', 'verify', 'no-command')).toMatch(
      /^ERROR task no-command: has no verify command\n/,
    );
  });

  test('takes no word for red that only says that nothing is known', async () => {
    await place.addTasks(
      { id: 'unsure', title: 'unsure', verify: 'echo flaky beyond the budget; exit 5' },
      { id: 'missing', title: 'missing', verify: 'no-such-tool --check' },
    );
    expect(await place.said('ann', 5, 'task', 'verify', 'unsure')).toMatch(
      /^ERROR unsure: could not tell: exit status 5: flaky beyond the budget\n1 task .*: 0 green, 0 red, 1 could not tell\n$/,
    );
    expect(await place.said('ann', 3, 'task', 'verify', 'missing', 'unsure')).toMatch(
      /^ERROR missing: could not be run: exit status 127: .*not found\nERROR unsure: could not tell/,
    );
    await place.said('ann', 0, 'task', 'withdraw', 'unsure', '--reason', 'x');
    await place.said('ann', 0, 'task', 'withdraw', 'missing', '--reason', 'x');
  });

  test('leaves what others hold to them, and closes what is held by oneself with its claim', async () => {
    await place.addTasks({ id: 'held', title: 'held', verify: 'true' });
    await place.said('bob', 0, 'task', 'claim', 'held');
    expect(await place.said('ann', 0, 'task', 'verify', 'held')).toMatch(/^GREEN held: not closed\n/);
    expect(await place.said('bob', 0, 'task', 'verify', 'held', '--keep')).toMatch(
      /^GREEN held: not closed\n/,
    );
    expect(await place.said('bob', 0, 'task', 'verify', 'held')).toMatch(
      /^GREEN held: closed as superseded\n/,
    );
    expect(place.claims()).toEqual({});
  });

  test('ends a command that does not end, with all that it started', async () => {
    await place.addTasks({ id: 'hangs', title: 'hangs', verify: 'sleep 60 & sleep 60' });
    expect(await place.said('ann', 1, 'task', 'verify', 'hangs', '--time-limit', '1')).toMatch(
      /^RED hangs: no end within 1\.00s\n/,
    );
    expect(await processesLeft(place.dir)).toEqual([]);
  });
});

describe('a task', () => {
  test('is done by a commit that is on the hub, however it came there', async () => {
    await place.addTasks('by-hand');
    await place.said('ann', 0, 'task', 'claim', 'by-hand');
    const commit = place.work('ann', 'by-hand.txt', 'x\n');
    expect(await place.said('ann', 1, 'task', 'done')).toMatch(
      /^ERROR task by-hand: [0-9a-f]{10} is not on main at the hub\n/,
    );
    expect(await place.said('ann', 1, 'task', 'done', '--commit', 'no-such')).toMatch(
      /^ERROR --commit "no-such": there is no such commit here\n/,
    );
    place.git('ann', 'push', '--quiet', 'origin', 'HEAD:main');
    expect(await place.said('ann', 0, 'task', 'done')).toBe(`DONE by-hand: ${commit}\n`);
    expect(place.stored('by-hand')).toMatchObject({ state: 'landed', reason: commit });
    expect(place.claims()).toEqual({});
  });

  test('is withdrawn, opened again, and refuses what is no move', async () => {
    await place.addTasks('moody');
    await place.said('ann', 0, 'task', 'withdraw', 'moody', '--reason', 'not wanted');
    expect(await place.said('ann', 2, 'task', 'block', 'moody', '--reason', 'x')).toMatch(
      /^ERROR task moody: is withdrawn, cannot become blocked\n/,
    );
    expect(await place.said('ann', 1, 'task', 'claim', 'moody')).toMatch(/^ERROR task moody: is withdrawn\n/);
    expect(await place.said('ann', 0, 'task', 'reopen', 'moody')).toBe('OPEN moody\n');
    expect(place.stored('moody').state).toBe('open');
  });

  test('that was taken over can not be landed by who held it before', async () => {
    await place.addTasks('contested');
    await place.said('ann', 0, 'task', 'claim', 'contested', '--ttl', '1');
    await place.said('bob', 0, 'task', 'list');
    await new Promise((resolve) => setTimeout(resolve, 1100));
    expect(await place.said('bob', 0, 'task', 'claim', 'contested')).toMatch(
      /^CLAIMED contested as bob \(the claim of ann had expired\)\n/,
    );
    const before = place.git('hub.git', 'rev-parse', 'main');
    place.work('ann', 'late.txt', 'x\n');
    expect(await place.said('ann', 1, 'land')).toMatch(
      /^ERROR claim: ann holds no claim in this working copy\n/,
    );
    expect(place.git('hub.git', 'rev-parse', 'main')).toBe(before);
    expect(existsSync(join(place.clone('bob'), 'late.txt'))).toBe(false);
    expect(await place.said('bob', 0, 'task', 'renew')).toMatch(/^RENEWED contested: /);
  });
});
