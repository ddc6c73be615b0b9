// Money across runs, and across sessions that run at once.

import { describe, expect, test } from 'vitest';
import type { FleetEvent } from '../src/event.js';
import { Ledger } from '../src/ledger.js';
import { Purse } from '../src/purse.js';
import { accountsOf, spendingsOf } from '../src/spending.js';

describe('money of earlier runs', () => {
  const usage = (usd: number) => ({ inputTokens: 1, outputTokens: 0, cachedTokens: 0, usd });
  const about = { agent: 'a', task: 't', role: 'developer' };

  test('is read from events, of sessions that were killed as far as it is known', () => {
    const events: [FleetEvent, number][] = [
      [{ kind: 'session-started', session: '1', backend: 'b', ...about }, 1],
      [{ kind: 'session-progress', agent: 'a', session: '1', usage: usage(1) }, 2],
      [{ kind: 'session-started', session: '2', backend: 'b', ...about }, 3],
      [
        {
          kind: 'session-ended',
          session: '1',
          outcome: 'ok',
          detail: '',
          wallMs: 1,
          ...about,
          usage: usage(3),
        },
        4,
      ],
      [{ kind: 'session-progress', agent: 'a', session: '2', usage: usage(5) }, 5],
    ];
    const spendings = spendingsOf(events);
    expect(spendings.map(({ atMs, taken }) => [atMs, taken.usd, taken.sessions])).toEqual([
      [4, 3, 1],
      [5, 5, 1],
    ]);
    const ledger = new Ledger({ run: { usd: 10 }, task: { usd: 8 } });
    for (const spending of spendings) ledger.restore(accountsOf(spending, 'today', 'run'), spending.taken);
    expect(ledger.spentIn({ kind: 'run', key: 'run' })).toEqual({ usd: 8, tokens: 2, sessions: 2 });
    expect(new Purse(ledger).reserve([{ kind: 'task', key: 't' }])?.why).toContain('$8 for the task');
  });

  test('passes its limit by what one report says, however many sessions of unknown cost run', () => {
    const ledger = new Ledger({ run: { usd: 10 } });
    const purses = Array.from({ length: 8 }, () => new Purse(ledger));
    for (const purse of purses) expect(purse.reserve([{ kind: 'run', key: 'r' }])).toBeUndefined();
    let spent = 0;
    let over = false;
    for (let step = 1; !over; step++)
      for (const purse of purses) {
        over = purse.spend(usage(step / 2)) !== undefined;
        spent += 0.5;
        if (over) break;
      }
    expect(spent).toBe(10.5);
    for (const purse of purses) purse.close();
    expect(ledger.spentIn({ kind: 'run', key: 'r' })).toMatchObject({ usd: 10.5, sessions: 8 });
  });
});
