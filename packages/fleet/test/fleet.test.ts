// The loop of a fleet, in virtual time on a world in memory: all good work lands, nothing else does, and nothing is left.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Deed, World } from './world.js';

const numbered = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ id: `t${index}`, title: `task ${index}` }));

const states = (world: World) => [...world.tasks.values()].map(({ state }) => state);

describe('a fleet', () => {
  test('lands every task once, and leaves no claim', async () => {
    const world = new World({ tasks: numbered(40) });
    const end = await world.run(8);
    expect(end).toMatchObject({ landed: 40, handedBack: 0, why: 'nothing is left to do' });
    expect(new Set(world.main.map(({ task }) => task)).size).toBe(40);
    expect(world.claims.size).toBe(0);
  });

  test('never lands bad work, and blocks a task whose attempts are used up with what was learned', async () => {
    const world = new World({
      tasks: numbered(6),
      deed: (task) => (task === 't3' ? { leaves: 'bad' } : {}),
    });
    await world.run(3);
    expect(world.main.map(({ good }) => good)).not.toContain(false);
    expect(world.tasks.get('t3')).toMatchObject({
      state: 'blocked',
      reason: '3 attempts failed; the last: gate: t3 breaks something',
    });
    const last = world.sessions.filter(({ task }) => task === 't3').at(-1)?.prompt;
    expect(last).toContain('What others learned of it');
    expect(last).toContain('It said last: I tried t3');
    expect(last).not.toContain('thinking about it');
  });

  test('closes what is done already without a session', async () => {
    const world = new World({ tasks: numbered(3) });
    world.done.add('t1');
    const end = await world.run(2);
    expect(end).toMatchObject({ landed: 2, superseded: 1 });
    expect(world.tasks.get('t1')?.state).toBe('superseded');
    expect(world.sessions.map(({ task }) => task)).not.toContain('t1');
  });

  test('stops before a session is paid for where the base itself cannot be built', async () => {
    const world = new World({ tasks: numbered(5) });
    world.unbuilt = 'there is no compiler';
    const end = await world.run(3);
    expect(end).toMatchObject({ landed: 0, stoppedBy: 'base', why: 'there is no compiler' });
    expect([world.sessions.length, world.claims.size]).toEqual([0, 0]);
    expect(states(world)).toEqual(Array(5).fill('open'));
    expect([...world.tasks.values()].flatMap(({ attempts }) => attempts)).toEqual([]);
  });

  test('judges work that is there by its checks, however its session ended', async () => {
    const world = new World({
      tasks: numbered(2),
      deed: (task) =>
        task === 't0' ? { outcome: 'stalled', leaves: 'good' } : { outcome: 'ok', leaves: 'nothing' },
    });
    await world.run(1, {}, { attempts: 2 });
    expect(world.tasks.get('t0')?.state).toBe('landed');
    expect(world.tasks.get('t1')?.attempts.map(({ outcome }) => outcome)).toEqual(['no-change', 'no-change']);
  });

  test('lets all wait when one is rate limited, and counts no attempt for it', async () => {
    const world = new World({
      tasks: numbered(4),
      deed: (_, nth) => (nth === 0 ? { outcome: 'rate-limited', retryAfterMs: 60_000 } : {}),
    });
    const end = await world.run(2, {}, { attempts: 1 });
    expect(end.landed).toBe(4);
    expect(world.of('waiting').some(({ forMs }) => forMs >= 60_000)).toBe(true);
    expect(states(world)).not.toContain('blocked');
  });

  test('stops when sessions end the same bad way again and again', async () => {
    const world = new World({ tasks: numbered(50), deed: () => ({ outcome: 'empty' }) });
    const end = await world.run(4, {}, { breaker: 6 });
    expect(end).toMatchObject({ stoppedBy: 'breaker', why: expect.stringContaining('6 sessions in a row') });
    expect(world.sessions.length).toBeLessThanOrEqual(6 + 4);
    expect(world.claims.size).toBe(0);
  });

  test('stops at once when its key is refused', async () => {
    const world = new World({ tasks: numbered(5), deed: () => ({ outcome: 'auth' }) });
    expect(await world.run(1)).toMatchObject({ stoppedBy: 'breaker' });
    expect(world.sessions).toHaveLength(1);
  });

  test('ends a session whose lease was lost, and lands nothing of it', async () => {
    const world = new World({
      tasks: numbered(1),
      ttlMs: 3_000,
      deed: (_, nth) => (nth === 0 ? { hangs: true } : {}),
      fault: (what, { claims }) => {
        const claim = claims.get('t0');
        if (what === 'renew' && claim?.holder === 'agent-0')
          claims.set('t0', { ...claim, holder: 'x', token: 'x' });
      },
    });
    const end = await world.run(1, { once: true });
    expect(end.landed).toBe(0);
    expect(world.of('lease-lost')).toHaveLength(1);
    expect(world.running).toBe(0);
  });

  test('goes on through trouble with the hub', async () => {
    let asked = 0;
    const world = new World({
      tasks: numbered(10),
      fault: () => {
        if (asked++ % 4 === 1) throw new Error('the hub is away');
      },
    });
    const end = await world.run(3);
    expect(end.landed).toBe(10);
    expect(world.of('trouble').length).toBeGreaterThan(3);
  });

  test('pays for one session however long the hub is away after it', async () => {
    for (const awayMs of [20_000, 600_000]) {
      const world = new World({
        tasks: numbered(6),
        ttlMs: 86_400_000,
        deed: () => ({ usd: 1 }),
        fault: (what, { clock, sessions }) => {
          const away = sessions.length > 0 && clock.nowMs() < awayMs;
          if (away && ['rebase', 'land', 'claim', 'release'].includes(what))
            throw new Error('the hub is away');
        },
      });
      const end = await world.run(3);
      expect(end).toMatchObject({ landed: 6, handedBack: 0 });
      expect(world.sessions).toHaveLength(6);
      expect(world.of('recalled').length > 0).toBe(awayMs > 100_000);
      expect([world.claims.size, world.kept.size]).toEqual([0, 0]);
    }
  });

  test('ends an agent whose sessions are paid for in vain, and keeps what they left', async () => {
    const world = new World({
      tasks: numbered(9),
      fault: (what) => {
        if (what === 'harvest') throw new Error('the disk is full');
      },
    });
    const end = await world.run(1);
    expect(end).toMatchObject({ landed: 0, stoppedBy: 'trouble' });
    expect(world.sessions).toHaveLength(3);
    expect(world.claims.size).toBe(0);
  });

  test('lets sessions finish when stopped once, and ends them when stopped twice', async () => {
    for (const twice of [false, true]) {
      const world = new World({ tasks: numbered(20), deed: () => ({ takesMs: 10_000 }) });
      const running = world.run(4);
      void world.clock.sleep(5_000, { cancelled: false, onCancel: () => {} }).then(() => {
        world.drain.cancel();
        if (twice) world.abort.cancel();
      });
      const end = await running;
      expect(end).toMatchObject({ landed: twice ? 0 : 4, why: 'it was stopped' });
      expect(world.claims.size).toBe(0);
      expect(states(world)).not.toContain('blocked');
    }
  });

  test('stops when so many have landed, and when its time is up', async () => {
    const some = new World({ tasks: numbered(30) });
    const first = await some.run(4, { until: { landed: 10 } });
    expect(first.landed).toBeGreaterThanOrEqual(10);
    expect(first.landed).toBeLessThan(10 + 4);
    const timed = new World({ tasks: numbered(30), deed: () => ({ takesMs: 60_000 }) });
    expect((await timed.run(2, { until: { afterMs: 150_000 } })).landed).toBe(6);
  });

  test('never passes a limit of money by more than what sessions take at once', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 8 }),
        fc.integer({ min: 1, max: 40 }),
        fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 12 }),
        async (agents, usd, prices) => {
          let next = 0;
          const world = new World({
            tasks: numbered(60),
            deed: () => ({ usd: prices[next++ % prices.length]!, takesMs: 1000 + 13 * next }),
          });
          await world.run(agents, {}, { money: { run: { usd } } });
          const spent = world.sessions.reduce((sum, session) => sum + session.usd, 0);
          expect(spent).toBeLessThan(usd + agents * Math.max(...prices) + 1);
          expect(world.claims.size).toBe(0);
        },
      ),
      { numRuns: 40 },
    );
  });

  test('survives any mix of deeds and faults: good work lands once, nothing bad does, nothing is left', async () => {
    const deed = fc.constantFrom<Deed>(
      {},
      { takesMs: 20 },
      { outcome: 'crashed' },
      { outcome: 'rate-limited', retryAfterMs: 1000 },
      { outcome: 'stalled', leaves: 'good' },
      { outcome: 'tampered', leaves: 'good' },
      { leaves: 'bad' },
      { leaves: 'nothing' },
    );
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 6 }),
        fc.array(deed, { minLength: 1, maxLength: 20 }),
        fc.array(fc.integer({ min: 0, max: 12 }), { minLength: 1, maxLength: 10 }),
        async (agents, deeds, faults) => {
          let next = 0;
          let asked = 0;
          const world = new World({
            tasks: numbered(12),
            deed: () => deeds[next++ % deeds.length]!,
            fault: () => {
              if (faults[asked++ % faults.length] === 0 && asked < 200) throw new Error('the hub is away');
            },
          });
          const until = { empty: true, afterMs: 3_600_000 } as const;
          await world.run(agents, { until, shrink: true }, { breaker: 1000 });
          expect(world.main.every(({ good }) => good)).toBe(true);
          expect(new Set(world.main.map(({ task }) => task)).size).toBe(world.main.length);
          expect(world.claims.size).toBe(0);
          expect(world.running).toBe(0);
        },
      ),
      { numRuns: 60 },
    );
  });
});
