// What a terminal shows of a run while it runs, and what a file gets of the same.

import type { FleetEvent } from '@swarm/fleet';
import { expect, test } from 'vitest';
import { Board } from '../src/fleet/board.js';
import { Standing } from '../src/fleet/standing.js';

/** What of the writings is on the screen at last: the few commands that are used, as terminals take them. */
function seen(written: string): string[] {
  const rows = [''];
  let row = 0;
  for (const [token] of written.matchAll(/\p{Cc}\[\d*[AJ]|\p{Cc}|\P{Cc}+/gu)) {
    if (token === '\n') row++;
    else if (token.endsWith('A') && token.startsWith('\u001b')) row -= Number(token.slice(2, -1));
    else if (token === '\u001b[J') rows.length = row;
    else if (token !== '\r') rows[row] = token;
  }
  return rows;
}

const event = (kind: string, agent: string, more: object = {}) =>
  ({ kind, agent, task: `task-${agent}`, title: 'a title', ...more }) as unknown as FleetEvent;
const usage = { inputTokens: 1200, outputTokens: 300, cachedTokens: 0, usd: 0.25 };
const STORY: readonly [number, FleetEvent][] = [
  [1_000, event('claimed', 'a-1')],
  [1_000, event('claimed', 'a-2')],
  [2_000, event('session-started', 'a-1', { session: '0001-a-1' })],
  [3_000, event('session-progress', 'a-1', { session: '0001-a-1', usage })],
  [4_000, event('superseded', 'a-2', { detail: 'it is green' })],
];

function played(screen: { isTTY: boolean; columns: number; rows: number }): string {
  let written = '';
  let nowMs = 0;
  const standing = new Standing();
  const write = (text: string) => {
    written += text;
    return true;
  };
  const board = new Board({ ...screen, write } as never, () => nowMs);
  for (const [atMs, each] of STORY) {
    nowMs = 500 + atMs;
    standing.note(each, atMs);
    board.note(each, standing);
  }
  nowMs += 2_000;
  board.say('stopping');
  return written;
}

test('a line for each agent and one for all at the foot of a terminal, and what happened above', () => {
  expect(seen(played({ isTTY: true, columns: 100, rows: 24 }))).toEqual([
    'a-1 CLAIMED task-a-1: a title',
    'a-2 CLAIMED task-a-2: a title',
    'a-2 SUPERSEDED task-a-2: it is green',
    'stopping',
    'landed 0, 0 sessions, 2 agents for 6.00s',
    'a-1: working task-a-1 1500 tokens $0.25; landed 0, for 4.00s',
    'a-2: idle; landed 0, for 2.00s',
  ]);
  const small = seen(played({ isTTY: true, columns: 20, rows: 3 })).slice(-2);
  expect(small).toEqual(['landed 0, 0 sessio…', 'a-1: working task-…']);
});

test('what happened, and nothing else, where there is no terminal', () => {
  const text = played({ isTTY: false, columns: 100, rows: 24 });
  expect(text).not.toContain('\u001b');
  expect(text.split('\n')).toEqual([
    'a-1 CLAIMED task-a-1: a title',
    'a-2 CLAIMED task-a-2: a title',
    'a-2 SUPERSEDED task-a-2: it is green',
    'stopping',
    '',
  ]);
});
