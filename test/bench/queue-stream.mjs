// A synthetic stream of changes, landed by the real engine of the queue: bad changes, semantic and textual conflicts, flaky tests.
// What each combination would do is known, so that every landing and every eviction is held against the truth.

import {
  askId,
  batchSize,
  FIRST_RATES,
  landBatch,
  nextBatch,
  ratesAfter,
} from '../../packages/core/dist/index.js';
import { random } from './gate-stream.mjs';

export const TESTS = 1000;
const BUILD_SHARE = 0.02;

/** Changes as they come: a share `bad` breaks tests, some break one only together with an earlier one. */
export function plantChanges({ count, bad, semantic = 0.02, textual = 0.02, seed }) {
  const next = random(seed);
  const some = (n) => Array.from({ length: n }, () => Math.floor(next() * TESTS));
  return Array.from({ length: count }, (_, i) => {
    const other = (share) =>
      i > 0 && next() < share ? `c${i - 1 - Math.floor(next() * Math.min(i, 8))}` : undefined;
    const isBad = next() < bad;
    // One bad change in ten breaks the build, and with it every test.
    const breaks = !isBad
      ? []
      : next() < 0.1
        ? Array.from({ length: TESTS }, (_, t) => t)
        : some(1 + Math.floor(next() * 4));
    return {
      id: `c${i}`,
      ...{ priority: Math.floor(next() * 3), arrival: i, breaks },
      clash: other(semantic),
      clashTest: Math.floor(next() * TESTS),
      conflict: other(textual),
    };
  });
}

/** What fails with these changes. */
export function failingWith(changes) {
  const ids = new Set(changes.map(({ id }) => id));
  const failing = new Set(changes.flatMap(({ breaks }) => breaks));
  for (const { clash, clashTest } of changes) if (ids.has(clash)) failing.add(clashTest);
  return failing;
}

/** The world that the engine asks: main, its changes, flaky tests, and what everything costs. */
export class World {
  main = [];
  gates = 0;
  probes = 0;
  probedTests = 0;
  asked = [];

  constructor(changes, { flakes = 0, seed = 1 }) {
    this.byId = new Map(changes.map((change) => [change.id, change]));
    this.flakes = flakes;
    this.next = random(seed);
  }

  with(ids) {
    return [...this.main, ...ids.map((id) => this.byId.get(id))];
  }

  answer(ask) {
    this.asked.push(askId(ask));
    if (ask.kind === 'combine') return this.combine(ask.changes);
    if (ask.kind === 'land') {
      this.main = this.with(ask.changes);
      return { kind: 'landed' };
    }
    const failing = failingWith(this.with(ask.changes));
    if (ask.kind === 'gate') return this.gate(failing);
    this.probes++;
    this.probedTests += ask.tests.length;
    const fails = (name) => failing.has(Number(name)) || this.next() < this.flakes;
    return { kind: 'probed', failing: ask.tests.filter(fails) };
  }

  combine(ids) {
    const [applied, conflicts] = [new Set(this.main.map(({ id }) => id)), []];
    const onMain = new Set(applied);
    for (const id of ids) {
      const { conflict } = this.byId.get(id);
      if (conflict === undefined || !applied.has(conflict)) applied.add(id);
      else conflicts.push({ change: id, ...(onMain.has(conflict) ? {} : { with: conflict }) });
    }
    return { kind: 'combined', conflicts, refused: [] };
  }

  /** Real failures among flakes; now and then flakes alone, that the gate itself took for real. */
  gate(failing) {
    this.gates++;
    if (failing.size === 0 && this.next() >= this.flakes) return { kind: 'allowed' };
    const flaked = Array.from({ length: TESTS }, (_, t) => t).filter(() => this.next() < this.flakes);
    const names = [...new Set([...flaked, ...failing])].map(String);
    return names.length === 0
      ? { kind: 'allowed' }
      : { kind: 'refused', failing: names, reason: 'regressions' };
  }
}

/** Land a whole stream in batches of at most `most`; what it cost, and every way in which the truth was missed. */
export function landStream(changes, { most, flakes = 0, seed = 1 }) {
  const world = new World(changes, { flakes, seed });
  const wrong = [];
  let [waiting, rates, batches, evicted, named] = [changes, FIRST_RATES, 0, 0, 0];
  while (waiting.length > 0) {
    const batch = nextBatch(waiting, batchSize(rates, most)).map(({ id }) => id);
    const before = world.main;
    const [probes, tests] = [world.probes, world.probedTests];
    const end = run(landBatch(batch), world);
    wrong.push(...mistakes(before, end, world));
    const left = new Set(end.deferred);
    waiting = waiting.filter(({ id }) => !batch.includes(id) || left.has(id));
    const cost = (world.probedTests - tests) / TESTS / Math.max(1, world.probes - probes) + BUILD_SHARE;
    rates = ratesAfter(rates, { judged: batch.length, bad: end.evicted.length, probeCost: cost });
    evicted += end.evicted.length;
    named += end.evicted.filter((it) => it.with.length > 0).length;
    batches++;
  }
  const full = (world.gates + world.probedTests / TESTS) / changes.length;
  return {
    gates: world.gates / changes.length,
    full,
    probes: world.probes / changes.length,
    ...{ batches, evicted, named, wrong },
  };
}

/** Feed the engine to its end. */
export function run(going, world) {
  let step = going.next();
  while (!step.done) step = going.next(step.value.map((ask) => world.answer(ask)));
  return step.value;
}

/** Bad changes that landed, good ones that were evicted. */
function mistakes(before, end, world) {
  const onMain = failingWith(world.main);
  const wrong = onMain.size > 0 ? [`main fails ${onMain.size} tests after ${end.landed.join(' ')}`] : [];
  for (const { change, with: others } of end.evicted) {
    const base = [...before, ...others.map((id) => world.byId.get(id))];
    const [without, withIt] = [failingWith(base), failingWith([...base, world.byId.get(change)])];
    if (without.size > 0 || withIt.size === 0) wrong.push(`${change} was evicted for nothing`);
  }
  return wrong;
}

/** The same by halving: a batch that fails is cut in two, each half gated by itself. Full gates per change. */
export function halve(changes, most) {
  let [main, gates] = [[], 0];
  const gate = (some) => {
    gates++;
    if (failingWith([...main, ...some]).size === 0) main = [...main, ...some];
    else if (some.length > 1) {
      const half = Math.ceil(some.length / 2);
      gate(some.slice(0, half));
      gate(some.slice(half));
    }
  };
  for (let i = 0; i < changes.length; i += most) gate(changes.slice(i, i + most));
  return gates / changes.length;
}
