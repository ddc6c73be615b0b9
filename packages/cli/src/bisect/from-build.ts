// `swarm bisect --build CMD --test CMD`: record the build, compile both sides, search the links, then the tests.

import { type Bisection, type BuildPlan, openBisection, type Scope } from '@swarm/build';
import type { Culprit } from '@swarm/core';
import { excludedNotes, whatNext, whyNoUnits } from './advice.js';
import { makePlan, sessionOptions } from './build-session.js';
import {
  addCounts,
  type BisectDocument,
  type BisectStats,
  type Counts,
  type CulpritEntry,
  culpritEntry,
  NO_COUNTS,
  searchCounts,
  unitCulprit,
} from './document.js';
import { fromFunctions, refined } from './function-level.js';
import { labelled, unlabelled } from './labelling.js';
import { groupedByLinkError } from './link-groups.js';
import { logCode } from './listing.js';
import { placesOf } from './member.js';
import { type RunContext, runSearch } from './search-run.js';
import type { BuildSettings } from './settings.js';

type Result = Omit<BisectDocument, 'log'>;

export async function bisectBuild(settings: BuildSettings, state: string, run: RunContext): Promise<Result> {
  const startedAt = performance.now();
  const plan = await makePlan(settings, state, run);
  run.event('plan', {
    root: plan.root,
    units: plan.units.map(({ id }) => id),
    excluded: plan.excluded,
    oracleCompiles: plan.oracleCompiles,
  });
  const units = new Set(plan.units.map(({ id }) => id));
  const only =
    settings.only === undefined ? {} : { only: placesOf(settings.only, units).map(({ unit }) => unit) };
  const session = await openBisection(plan, { ...sessionOptions(settings, state, run), ...only });
  try {
    run.event('objects', { rejected: session.rejected, identical: session.identical });
    const result = await bisectSession(session, settings, plan, run);
    run.status.show("comparing both sides' code");
    await logCode(session, units, result.culprits, run);
    return { ...result, stats: withTotal(result.stats, performance.now() - startedAt) };
  } finally {
    await session.close();
  }
}

/** The session's clock starts after the recorded build; the user's didn't. */
const withTotal = (stats: BisectStats, totalMs: number): BisectStats => ({
  ...stats,
  seconds: { ...stats.seconds, total: totalMs / 1000 },
});

function sessionStats({ stats }: Bisection) {
  const { target, oracle, assembly } = stats.compiles;
  const apart = assembly === 0 ? {} : { assembly };
  return { compiles: { target, oracle, ...apart }, seconds: stats.seconds };
}

async function bisectSession(
  session: Bisection,
  settings: BuildSettings,
  plan: BuildPlan,
  run: RunContext,
): Promise<Result> {
  const result = (part: Partial<Result> & Pick<Result, 'verdict'>, counts: Counts = NO_COUNTS): Result => ({
    schema: 'swarm.bisect/1',
    verdict: part.verdict,
    culprits: part.culprits ?? [],
    rejected: session.rejected,
    notes: part.notes ?? [],
    stats: { units: plan.units.length, identical: session.identical, ...counts, ...sessionStats(session) },
    next: part.next ?? [],
  });
  const notes = () => [...session.notes, ...plan.notes, ...excludedNotes(plan)];
  const isSame = session.identical > 0 && session.rejected.length === 0;
  const nothingLeft = (verdict: 'no-units' | 'target-passes') =>
    result({ verdict, notes: [...notes(), whyNoUnits(session, plan, settings.only)] });
  if (session.units.length === 0 && !isSame) return nothingLeft('no-units');

  run.status.show('testing the oracle');
  const baseline = await session.baseline();
  run.event('baseline', baseline);
  if (baseline.outcome.kind !== 'pass') {
    const { outcome } = baseline;
    const said = outcome.kind === 'fail' ? `${outcome.failure}: ${outcome.detail}` : outcome.reason;
    return result({
      verdict: 'oracle-fails',
      notes: [said],
      next: ['make the test pass when all is built by the oracle'],
    });
  }
  if (session.units.length === 0) return nothingLeft('target-passes');

  const links = await searchLinks(session, settings, run);
  const rest = session.scope(links.culprits.flatMap(({ members }) => members));
  if (rest.units.length === 0)
    return result(
      {
        verdict: 'culprits',
        culprits: links.entries,
        notes: notes(),
        next: whatNext('culprits', links.entries, settings, plan),
      },
      links.counts,
    );
  const tests = await searchTests(session, rest, settings, run);
  const counts = addCounts(links.counts, tests.counts);
  const told = settings.labels
    ? await labelled(session, tests.culprits, settings, run)
    : { entries: tests.culprits.map(unlabelled), notes: [] };
  const entries = [...links.entries, ...told.entries];
  const passes = tests.verdict === 'target-passes' && links.entries.length > 0;
  return result(
    {
      verdict: passes ? 'culprits' : tests.verdict,
      culprits: entries,
      notes: [...new Set([...tests.notes, ...told.notes, ...notes()])],
      next: whatNext(passes ? 'culprits' : tests.verdict, entries, settings, plan),
    },
    counts,
  );
}

/** What fails the test, down to the level that was asked for. */
async function searchTests(session: Bisection, rest: Scope, settings: BuildSettings, run: RunContext) {
  const { level } = settings;
  const direct = level === 'function' ? await fromFunctions(session, rest, settings, run) : undefined;
  if (direct?.kind === 'searched') return direct;
  const report = await runSearch({ ...rest, phase: 'test' }, settings, run);
  const counts = addCounts(direct?.counts ?? NO_COUNTS, searchCounts(report));
  const notes = [...(direct?.notes ?? []), ...report.notes];
  const found = { verdict: report.verdict, culprits: report.culprits.map(unitCulprit), notes, counts };
  if (level !== 'auto') return found;
  const finer = await refined(session, found.culprits, settings, run);
  return {
    ...found,
    culprits: finer.culprits,
    notes: [...notes, ...finer.notes],
    counts: addCounts(counts, finer.counts),
  };
}

/** Units that don't even link: searched by linking alone, and only when the all-target link fails. */
async function searchLinks(session: Bisection, settings: BuildSettings, run: RunContext) {
  const none = { culprits: [] as readonly Culprit[], entries: [] as CulpritEntry[], counts: NO_COUNTS };
  const report = await runSearch(
    {
      units: session.units,
      prober: session.linkProber,
      contentKey: (selection) => `link:${session.contentKey(selection)}`,
      phase: 'link',
    },
    { ...settings, repeat: 1, enumerate: 0, mixes: false },
    run,
  );
  if (report.culprits.length === 0) return none;
  return {
    culprits: report.culprits,
    entries: groupedByLinkError(report.culprits.map((culprit) => culpritEntry(unitCulprit(culprit), 'link'))),
    counts: searchCounts(report),
  };
}
