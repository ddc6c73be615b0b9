// `swarm bisect --build CMD --test CMD`: record the build, compile both sides, search the links, then the tests.

import { type Bisection, type BuildPlan, captureBuild, openBisection, planFromDatabase } from '@swarm/build';
import type { Culprit } from '@swarm/core';
import { createRunner } from '@swarm/host';
import { excludedNotes, whatNext, whyNoUnits } from './advice.js';
import {
  type BisectDocument,
  type BisectStats,
  type CulpritEntry,
  culpritEntry,
  searchCounts,
} from './document.js';
import { flagWords } from './flag-words.js';
import { labelled } from './labelling.js';
import { logCode } from './listing.js';
import { type RunContext, runSearch } from './search-run.js';
import type { BuildSettings, Compiler } from './settings.js';

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
  const session = await openBisection(plan, sessionOptions(settings, state, run));
  try {
    run.event('objects', { rejected: session.rejected, identical: session.identical });
    const result = await bisectSession(session, settings, plan, run);
    run.status.show("comparing both sides' code");
    await logCode(session, new Set(plan.units.map(({ id }) => id)), result.culprits, run);
    return { ...result, stats: withTotal(result.stats, performance.now() - startedAt) };
  } finally {
    await session.close();
  }
}

/** The build taken apart: recorded, or read from a compilation database. */
async function makePlan(settings: BuildSettings, state: string, run: RunContext): Promise<BuildPlan> {
  const { source, dir } = settings;
  const [oracle] = settings.oracles;
  if (source.kind === 'database') return planFromDatabase(source.file);
  run.status.show('recording the build');
  const runner = createRunner();
  try {
    return await captureBuild({
      dir,
      build: source.build,
      ...(source.clean === undefined ? {} : { clean: source.clean }),
      oracle: { cc: oracle.cc, flags: flagWords(oracle.flags) },
      runner,
      env: process.env as Record<string, string>,
      stateDir: state,
      log: (text) => run.status.show(text),
      signal: run.signal,
    });
  } finally {
    await runner.close();
  }
}

function sessionOptions(settings: BuildSettings, state: string, run: RunContext) {
  const [oracle, ...witnesses] = settings.oracles;
  const { source, dir, test, jobs, keepWork, expectStdout, probeTimeoutMs } = settings;
  return {
    target: side(settings.target),
    oracle: side(oracle),
    witnesses: witnesses.map(side),
    test,
    dir,
    jobs,
    keepWork,
    ...(expectStdout === undefined ? {} : { expectStdout }),
    ...(probeTimeoutMs === undefined ? {} : { probeTimeoutMs }),
    ...joining(source, dir, oracle),
    stateDir: state,
    signal: run.signal,
    onCompiled: (done: number, of: number) => run.status.show(`compiling: ${done} of ${of} units`),
  };
}

/** How a probe joins objects: by recorded steps when nothing else is said. */
function joining(source: BuildSettings['source'], dir: string, oracle: Compiler) {
  if (source.kind === 'database') {
    const env = { ...(process.env as Record<string, string>), CC: oracle.cc };
    return { link: { line: source.link, dir, env } };
  }
  if (!source.rebuild) return {};
  return {
    rebuild: { dir, build: source.build, ...(source.clean === undefined ? {} : { clean: source.clean }) },
  };
}

const side = ({ cc, flags }: Compiler) => ({ command: cc, flags: flagWords(flags) });

type Counts = Pick<BisectStats, 'probes' | 'reused' | 'unresolved' | 'bound'>;

const NO_COUNTS: Counts = { probes: 0, reused: 0, unresolved: 0, bound: 0 };

const addCounts = (a: Counts, b: Counts): Counts => ({
  probes: a.probes + b.probes,
  reused: a.reused + b.reused,
  unresolved: a.unresolved + b.unresolved,
  bound: a.bound + b.bound,
});

/** The session's clock starts after the recorded build; the user's didn't. */
const withTotal = (stats: BisectStats, totalMs: number): BisectStats => ({
  ...stats,
  seconds: { ...stats.seconds, total: totalMs / 1000 },
});

function sessionStats({ stats }: Bisection) {
  const { target, oracle } = stats.compiles;
  return { compiles: { target, oracle }, seconds: stats.seconds };
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
  const notes = [...session.notes, ...plan.notes, ...excludedNotes(plan)];
  if (session.units.length === 0)
    return result({ verdict: 'no-units', notes: [...notes, whyNoUnits(session, plan)] });

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

  const links = await searchLinks(session, settings, run);
  const rest = session.scope(links.culprits.flatMap(({ members }) => members));
  if (rest.units.length === 0)
    return result(
      {
        verdict: 'culprits',
        culprits: links.entries,
        notes,
        next: whatNext('culprits', links.entries, settings, plan),
      },
      links.counts,
    );
  const tests = await runSearch({ ...rest, phase: 'test' }, settings, run);
  const counts = addCounts(links.counts, searchCounts(tests));
  const entries = [...links.entries, ...(await labelled(session, tests.culprits, run))];
  const passes = tests.verdict === 'target-passes' && links.entries.length > 0;
  return result(
    {
      verdict: passes ? 'culprits' : tests.verdict,
      culprits: entries,
      notes: [...tests.notes, ...notes],
      next: whatNext(passes ? 'culprits' : tests.verdict, entries, settings, plan),
    },
    counts,
  );
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
    { ...settings, repeat: 1, enumerate: 0 },
    run,
  );
  if (report.culprits.length === 0) return none;
  return {
    culprits: report.culprits,
    entries: report.culprits.map((culprit) => culpritEntry(culprit, 'link')),
    counts: searchCounts(report),
  };
}
