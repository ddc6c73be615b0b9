// What a follower of a run's logs sees, with this process as the run.

import { appendFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ownerStamp } from '@swarm/host';
import { afterAll, expect, test } from 'vitest';
import { followLogs } from '../src/fleet/follow.js';

const state = mkdtempSync(join(tmpdir(), 'swarm-follow-'));
afterAll(() => rmSync(state, { recursive: true }));

function newRun(run: string, owner = ownerStamp()) {
  const folder = join(state, 'fleet', run);
  mkdirSync(join(folder, 'sessions'), { recursive: true });
  const log = (text: string) => appendFileSync(join(folder, 'log.jsonl'), text);
  log(`${JSON.stringify({ schema: 'swarm.log/1', startedAt: new Date().toISOString(), owner })}\n`);
  const event = (kind: string, data: object = {}) => {
    log(`${JSON.stringify({ kind, atMs: 1000, ...data })}\n`);
  };
  const began = (session: string) => {
    const [, agent] = session.split(/-(.*)/);
    event('claimed', { agent, task: session, title: 'a title' });
    event('session-started', { agent, session });
  };
  const ended = (session: string) => {
    const [, agent] = session.split(/-(.*)/);
    event('session-ended', { agent, session, outcome: 'ok', detail: 'done' });
  };
  const print = (session: string, text: string) =>
    appendFileSync(join(folder, 'sessions', `${session}.log`), text);
  return { log, event, began, ended, print };
}

function follow(run: string, name: string | undefined) {
  const seen: string[] = [];
  const stop = new AbortController();
  const wish = { state, run, name, lines: 3 };
  const told = followLogs(wish, (line) => void seen.push(line), stop.signal);
  const until = async (line: string): Promise<void> => {
    while (!seen.includes(line)) await sleep(10);
  };
  return { seen, told, until, stop };
}

test('an agent is followed from session to session, to the end of the run', async () => {
  const run = newRun('r1');
  for (const session of ['0001-a', '0002-b', '0003-a']) {
    run.began(session);
    run.print(session, 'one\ntwo\nthree\nfour\n');
    if (session !== '0003-a') run.ended(session);
  }
  const { seen, told, until } = follow('r1', 'a');
  await until('0003| four');
  const before = ['1.00s CLAIMED 0001-a: a title', '1.00s SESSION 0001-a ended: ok: done'];
  expect(seen.splice(0)).toEqual([
    ...before,
    '1.00s CLAIMED 0003-a: a title',
    '0003| two',
    '0003| three',
    '0003| four',
  ]);
  run.print('0003-a', 'fi');
  run.print('0002-b', 'of no interest\n');
  run.log('{"kind":"session-en');
  run.log('ded","agent":"b","session":"0002-b","outcome":"ok","detail":"done","atMs":1}\n');
  run.print('0003-a', 've\nsix');
  run.ended('0003-a');
  run.began('0004-a');
  run.print('0004-a', 'again\n');
  await until('0004| again');
  run.event('fleet-stopped', { why: 'nothing is left to do' });
  expect((await told).lines).toEqual([
    'run r1 is over: nothing is left to do',
    `log: ${join(state, 'fleet', 'r1', 'sessions', '0004-a.log')}`,
  ]);
  expect(seen).toEqual([
    '0003| five',
    '0003| six',
    '1.00s SESSION 0003-a ended: ok: done',
    '1.00s CLAIMED 0004-a: a title',
    '0004| again',
  ]);
});

test('a session is followed to its end, a run over all agents, and nobody for longer than wished', async () => {
  const run = newRun('r2');
  run.began('0001-a');
  run.began('0002-b');
  run.print('0002-b', 'one\n');
  const [session, whole, left] = [follow('r2', '2'), follow('r2', undefined), follow('r2', 'a')];
  await session.until('one');
  await left.until('1.00s CLAIMED 0001-a: a title');
  left.stop.abort();
  expect((await left.told).lines).toHaveLength(1);
  run.print('0002-b', 'last');
  run.ended('0002-b');
  expect((await session.told).lines[0]).toBe('session 0002-b is over: ok');
  expect(session.seen).toEqual(['one', 'last']);
  run.event('fleet-stopped', { why: 'it was stopped' });
  await whole.told;
  expect(whole.seen).toEqual([
    '1.00s a CLAIMED 0001-a: a title',
    '1.00s b CLAIMED 0002-b: a title',
    '1.00s b SESSION 0002-b ended: ok: done',
  ]);
});

test('a run whose process is gone is shown to its end', async () => {
  newRun('r3', ownerStamp().replace(/^\d+-\d+/, '999999999-1')).began('0001-a');
  const { seen, told } = follow('r3', 'a');
  expect((await told).lines[0]).toBe('run r3 is over: its process is gone');
  expect(seen).toEqual(['1.00s CLAIMED 0001-a: a title']);
});
