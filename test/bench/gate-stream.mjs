// Changes against a suite whose tests flake, judged by the real gate: how often does it refuse a good change, and how often does
// it let real breakage through? Every run of a test is a throw of a repeatable coin; nothing else is made up.

import { decide, RERUN_POLICY, settleSuspects, suspectsOf } from '../../packages/core/dist/index.js';

/** A repeatable source of numbers from 0 to 1 (mulberry32). */
export function random(seed) {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const NOTHING = { fails: [], flakes: [], skips: [] };
const PASS = { kind: 'pass' };
const FAIL = { kind: 'fail', failure: 'exit', detail: 'exit status 1' };

/**
 * Judge `changes` changes, each breaking one test so that it fails at `breaks` (0: a good change), on a suite of `tests` tests
 * that all flake at `flakes`. How many were refused, and how many runs of single tests that took per change.
 */
export function judgeChanges({ tests, flakes, breaks, changes, seed }) {
  const next = random(seed);
  const throwFor = (rate) => (next() < rate ? FAIL : PASS);
  const names = Array.from({ length: tests }, (_, i) => `tests/t${i}.c`);
  const base = names.map((id) => measured(id, () => throwFor(flakes)));
  let [refused, reruns] = [0, 0];
  for (let i = 0; i < changes; i++) {
    const broken = breaks === 0 ? -1 : Math.floor(next() * tests);
    const rateOf = (id) => (id === names[broken] ? Math.max(breaks, flakes) : flakes);
    const candidate = names.map((id) => ({ id, outcome: throwFor(rateOf(id)), wallMs: 1 }));
    const facts = {
      ...{ base, candidate, declared: { base: NOTHING, candidate: NOTHING }, tampering: [], approved: false },
      ...{ renames: new Map(), history: new Map(), today: '2026-06-15' },
    };
    const going = settleSuspects(suspectsOf(facts), RERUN_POLICY);
    let step = going.next();
    for (; !step.done; reruns++) {
      const { test, side } = step.value;
      step = going.next(throwFor(side === 'base' ? flakes : rateOf(test)).kind);
    }
    if (decide(facts, step.value).verdict !== 'allow') refused++;
  }
  return { refused, reruns: reruns / changes };
}

/** As a baseline is measured: what fails is run again, so that a flake is not taken for a test that is red. */
function measured(id, run) {
  const outcomes = [run()];
  while (outcomes.at(-1) === FAIL && outcomes.length < 4) outcomes.push(run());
  return { id, outcome: outcomes.at(-1), earlier: outcomes.slice(0, -1), wallMs: 1 };
}
