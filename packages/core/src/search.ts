// The search: from a list of units to every minimal failing set.
//
// Model: a selection fails if and only if it contains a culprit, and a culprit is one unit or a set that fails only
// together. The search is one sequential plan (search/phases.ts): make sure that the target fails; find where the
// shortest failing prefix of the unit list ends; extract a minimal set; go on without it until the rest passes. It
// draws on what the answers imply (search/knowledge.ts), on a posterior over where the next culprit ends
// (search/belief.ts, search/prior.ts), on what probes cost (search/costs.ts) and on how noisy they are
// (search/noise.ts). Workers beyond the first ask ahead (search/lookahead.ts).
//
// The result depends on the units, the options without `width`, and the outcomes: not on how many probes are in
// flight nor on the order of the answers. Nothing is asked twice, and a search that is given its old answers again
// comes to where it was without asking.

import type { Answer, Wanted } from './probe.js';
import { probeId } from './probe.js';
import type { SearchReport } from './report.js';
import { advance, goOn, lookahead } from './search/lookahead.js';
import { expectedProbes, report } from './search/summary.js';
import { World } from './search/world.js';
import type { Unit } from './unit.js';

export interface SearchOptions {
  /** Probes that can be in flight at once; decides how far a search looks ahead, never what it finds. */
  readonly width: number;
  /** Asked-for confidence of each culprit and of the verdict; 1 - confidence is the risk accepted. */
  readonly confidence: number;
  /**
   * How often the sanity probes are repeated to learn how noisy the test is; 1 believes every outcome
   * (until two of them contradict each other).
   */
  readonly repeat: number;
  /** Look for further culprits that share members with those found, within this many extra probes. 0: don't. */
  readonly enumerate: number;
  /** Spend more probes on units that fail only against the oracle's side, beside culprits or without any. Default false. */
  readonly mixes?: boolean;
}

export type Search = Generator<Wanted, SearchReport, readonly Answer[]>;

/**
 * A search over `units`, in their order. Pure: the caller runs what it yields and feeds answers back, in any order, at
 * any time, and also for probes that are no longer wanted. Start it with `next([])`.
 */
export function* search(units: readonly Unit[], options: SearchOptions): Search {
  const answers = new Map<string, Answer>();
  const counts = { probes: 0, reused: 0, unresolved: 0 };
  const world = new World(units, {
    risk: Math.min(0.25, Math.max(1e-6, 1 - options.confidence)),
    repeat: Math.max(1, Math.floor(options.repeat)),
    enumerate: Math.max(0, Math.floor(options.enumerate)),
    mixes: options.mixes ?? false,
    limit: 20 * units.length + 200,
  });
  if (units.length === 0) return report(world, 'inconclusive', counts);
  let now = advance({ world, phase: { kind: 'sanity' }, replies: [] }, answers);
  while (now.kind === 'asks') {
    const { probe } = now.question;
    const wanted: Wanted = {
      needs: [probe],
      may: lookahead(now, answers, Math.max(0, options.width - 1)),
      remaining: expectedProbes(now),
    };
    for (const answer of yield wanted) {
      const id = probeId(answer.probe);
      if (answers.has(id)) continue;
      answers.set(id, answer);
      if (answer.reused) counts.reused++;
      else counts.probes++;
      if (answer.outcome.kind === 'unresolved') counts.unresolved++;
    }
    const reply = answers.get(probeId(probe));
    if (reply !== undefined) now = goOn(now, reply, answers);
  }
  return report(now.world, now.ending, counts);
}
