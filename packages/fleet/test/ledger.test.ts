// What a limit of money or tokens lets start, and when it ends what runs: sessions of roles whose steps cost differently, in any order.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Account, Ledger } from '../src/ledger.js';
import { Purse } from '../src/purse.js';

const run: Account = { kind: 'run', key: 'r' };
const usage = (usd: number) => ({ inputTokens: 1, outputTokens: 0, cachedTokens: 0, usd });

/** A role's steps: the first of a session, and the others. One without others tells of all that a session took at once. */
interface Price {
  readonly first: number;
  readonly later: number;
}

interface Open {
  readonly role: number;
  readonly purse: Purse;
  told: number;
  steps: number;
  /** Its work is being judged. */
  over: boolean;
}

/** Sessions as a fleet holds them, each event an agent's next deed: start, a step and perhaps the end of the session, or the end of its work. */
function play(ledger: Ledger, prices: readonly Price[], events: readonly { agent: number; end: boolean }[]) {
  const agents = new Map<number, Open>();
  let [most, startedBusy] = [0, false];
  const close = (agent: number) => {
    agents.get(agent)?.purse.close();
    agents.delete(agent);
  };
  for (const { agent, end } of events) {
    const open = agents.get(agent);
    const role = agent % prices.length;
    if (open === undefined) {
      const purse = new Purse(ledger, `role-${role}`);
      const refused = purse.reserve([run, { kind: 'role', key: `role-${role}` }]);
      if (refused === undefined) agents.set(agent, { role, purse, told: 0, steps: 0, over: false });
      else purse.close();
      if (refused?.kind === 'busy' && agents.size === 0) startedBusy = true;
      continue;
    }
    if (open.over) {
      close(agent);
      continue;
    }
    const price = prices[open.role]!;
    const step = open.steps++ === 0 ? price.first : price.later;
    open.told += step;
    const over = step > 0 && open.purse.spend(usage(open.told)) !== undefined;
    open.over = over || end || price.later === 0;
    if (open.over) open.purse.end();
    const running = [...agents.values()].reduce((sum, { told }) => sum + told, 0);
    most = Math.max(most, ledger.spentIn(run).usd + running);
  }
  for (const agent of [...agents.keys()]) close(agent);
  return { most, startedBusy };
}

const price = fc.record({ first: fc.integer({ min: 1, max: 9 }), later: fc.integer({ min: 0, max: 9 }) });
const deeds = fc.array(fc.record({ agent: fc.nat({ max: 11 }), end: fc.boolean() }), { maxLength: 200 });
const largest = (prices: readonly Price[]) =>
  Math.max(...prices.flatMap(({ first, later }) => [first, later]));

describe('a limit that roles share', () => {
  test('is passed by one step of one session at most, where steps are no larger than those before', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 60 }),
        fc.array(price, { minLength: 1, maxLength: 3 }),
        deeds,
        (usd, prices, events) => {
          const ledger = new Ledger({ run: { usd } });
          for (const [role, { first, later }] of prices.entries()) {
            const before = new Purse(ledger, `role-${role}`);
            before.reserve([{ kind: 'run', key: 'an earlier one' }]);
            before.spend(usage(first));
            before.spend(usage(first + later));
            before.close();
          }
          const { most, startedBusy } = play(ledger, prices, events);
          expect(most).toBeLessThanOrEqual(usd + largest(prices));
          expect(startedBusy).toBe(false);
        },
      ),
      { numRuns: 500 },
    );
  });

  test('holds as well where nothing is known, as one goes ahead', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 60 }),
        fc.integer({ min: 1, max: 9 }),
        deeds,
        (usd, step, events) => {
          const { most } = play(new Ledger({ run: { usd } }), [{ first: step, later: step }], events);
          expect(most).toBeLessThanOrEqual(usd + step);
        },
      ),
    );
  });

  test('is passed by the next step of each that runs, where all steps become larger at once', () => {
    const ledger = new Ledger({ run: { usd: 10 } });
    const purses = [0, 1, 2, 3].map(() => new Purse(ledger, 'developer'));
    const told = purses.map(() => 0);
    const step = (index: number, usd: number) => {
      told[index]! += usd;
      return purses[index]!.spend(usage(told[index]!));
    };
    for (const [index, purse] of purses.entries()) {
      expect(purse.reserve([run])).toBeUndefined();
      expect(step(index, 1)).toBeUndefined();
    }
    const ends = [0, 1, 2, 3].map((index) => step(index, 5)?.why);
    expect(ends).toEqual(Array(4).fill('the limit of $10 for the run is reached'));
    expect(told.reduce((a, b) => a + b)).toBe(4 + 4 * 5);
  });

  test('lets others start as soon as it is known what they take, each by its own price', () => {
    const ledger = new Ledger({ run: { usd: 10 } });
    const purses = ['dear', 'dear', 'cheap', 'cheap', 'cheap'].map((role) => new Purse(ledger, role));
    const [first, second, ...cheap] = purses as [Purse, Purse, Purse, Purse, Purse];
    expect(first.reserve([run])).toBeUndefined();
    expect(second.reserve([run])).toMatchObject({
      kind: 'busy',
      why: 'what runs may use up the limit of $10 for the run',
    });
    first.spend(usage(4));
    // Nothing is known of cheap ones: they are taken for dear ones.
    expect(cheap.map((purse) => purse.reserve([run])?.kind)).toEqual([undefined, 'busy', 'busy']);
    cheap[0]!.spend(usage(1));
    expect(cheap.slice(1).map((purse) => purse.reserve([run])?.kind)).toEqual([undefined, undefined]);
    expect(second.reserve([run])?.kind).toBe('busy');
    for (const purse of [first, ...cheap]) purse.close();
    expect(second.reserve([run])).toBeUndefined();
  });

  test('lets one begin in an account that is untouched, and none where it surely does not fit', () => {
    const ledger = new Ledger({ task: { usd: 3 } }, { developer: { usd: 10 } });
    ledger.restore([run], { usd: 8, tokens: 0, sessions: 1 }, 'developer');
    const task: Account = { kind: 'task', key: 't' };
    const purses = [new Purse(ledger, 'developer'), new Purse(ledger, 'developer')];
    expect(purses.map((purse) => purse.reserve([task])?.kind)).toEqual([undefined, 'busy']);
    purses[0]!.spend(usage(1));
    purses[0]!.close();
    expect(purses[1]!.reserve([task])).toMatchObject({ kind: 'over', account: 'task' });
  });

  test('counts sessions, those that run as well', () => {
    const ledger = new Ledger({ run: { sessions: 2 } });
    const purses = [1, 2, 3].map(() => new Purse(ledger, 'developer'));
    expect(purses.map((purse) => purse.reserve([run])?.kind)).toEqual([undefined, undefined, 'busy']);
    purses[0]!.close();
    expect(purses[2]!.reserve([run])).toBeUndefined();
    for (const purse of purses.slice(1)) {
      purse.spend(usage(0));
      purse.close();
    }
    expect(new Purse(ledger, 'developer').reserve([run])?.kind).toBe('over');
  });
});
