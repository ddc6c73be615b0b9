// Money of earlier runs.

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
    for (const spending of spendings)
      ledger.restore(accountsOf(spending, 'today', 'run'), spending.taken, spending.role);
    expect(ledger.spentIn({ kind: 'run', key: 'run' })).toEqual({ usd: 8, tokens: 2, sessions: 2 });
    expect(new Purse(ledger, 'developer').reserve([{ kind: 'task', key: 't' }])?.why).toContain(
      '$8 for the task',
    );
  });
});
