// The decision about a change: measure, run, run again where that must decide, and keep what was found.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type Difference,
  decide,
  type GateDecision,
  type GateFacts,
  suspectsOf,
  type Tampering,
  type TestId,
  type TestResult,
  tamperingOf,
} from '@swarm/core';
import { makeFolder, writeFileAtomic } from '@swarm/host';
import { baselineKey, historyFolder, openBaselines, readHistory, writeJunit } from '@swarm/runner';
import { brokenResults } from './checkout.js';
import { type Context, lazySides, shownPath } from './context.js';
import { type GateDocument, SHOWN_DIFFERENCES } from './document.js';
import { pinnedTools, pinTools, toolTampering } from './environment.js';
import { baselineOf, brokenBase, fullRun, settle } from './measurement.js';
import { meddlingOf } from './meddling.js';
import { openRunFolder } from './run-folder.js';

export interface JudgeWish {
  /** Run everything again, also what was measured or allowed before. */
  readonly fresh: boolean;
  readonly junit?: string | undefined;
}

/** What was found out; the rest of the document is about where. */
interface Finding {
  readonly decision: GateDecision;
  readonly broken?: string;
  readonly measured: boolean;
  readonly reruns: number;
}

/** A decision as it is told, and all that it found. */
export interface Ruling {
  readonly document: GateDocument;
  readonly differences: readonly Difference[];
}

/** Decide. `startedMs` is on the monotonic clock. */
export async function judge(context: Context, flags: JudgeWish, startedMs: number): Promise<Ruling> {
  const { subject, state, approval, key, rules } = context;
  const run = openRunFolder(state);
  const documentOf = ({ decision, measured, reruns, broken }: Finding): GateDocument => ({
    schema: 'swarm.gate/1',
    verdict: decision.verdict,
    ...subject,
    ...(approval === undefined ? {} : { approval }),
    ...(broken === undefined ? {} : { broken }),
    ...{ tampering: decision.tampering, differences: decision.differences.slice(0, SHOWN_DIFFERENCES) },
    ...{ counts: decision.counts, tighten: decision.tighten, tests: decision.tests },
    ...{ baseline: { key, measured }, reruns, seconds: Math.round(performance.now() - startedMs) / 1000 },
    log: shownPath(run.folder),
  });
  const tools = toolTampering(rules.base.words, context.environment, pinnedTools(state), context.tools);
  const changes = await context.source.trees.changes(subject.base.tree, subject.candidate.tree);
  const paths = tamperingOf(changes, rules.base.protections);
  const tampering = [...tools, ...(approval === undefined ? paths : [])];
  const allowed = join(
    state,
    'gate',
    'allowed',
    `${baselineKey([key, subject.candidate.tree, approval])}.json`,
  );
  const before =
    flags.fresh || flags.junit !== undefined || tampering.length > 0 ? undefined : earlier(allowed);
  if (before !== undefined)
    return { document: { ...before, ...subject, reused: true, reruns: 0 }, differences: before.differences };
  const finding =
    tampering.length > 0
      ? refusedFor(tampering)
      : await compare(context, flags, run, changes.flatMap(renamed));
  const document = documentOf(finding);
  await run.keep(finding.decision, document);
  if (document.verdict === 'allow') {
    makeFolder(join(state, 'gate', 'allowed'), 'decisions');
    await writeFileAtomic(allowed, `${JSON.stringify(document)}\n`, { durable: false });
  }
  return { document, differences: finding.decision.differences };
}

const renamed = (change: { readonly path: string; readonly from?: string }): [string, string][] =>
  change.from === undefined ? [] : [[change.from, change.path]];

/** Nothing needs to run to know it. */
const refusedFor = (tampering: readonly Tampering[]): Finding => ({
  decision: {
    verdict: 'refuse',
    ...{ differences: [], tampering, tighten: [], counts: {}, tests: { base: 0, candidate: 0 } },
  },
  ...{ measured: false, reruns: 0 },
});

function earlier(file: string): GateDocument | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as GateDocument;
  } catch {
    return undefined;
  }
}

/**
 * Do the change's results stand as the baseline of what comes on top of it, so that they needn't be measured again? Only where
 * no run wavered, and what didn't pass didn't pass on the base either: a flake must not be taken for a test that is red.
 */
function isBaseline(
  base: readonly TestResult[],
  candidate: readonly TestResult[],
  { verdict }: GateDecision,
  reruns: number,
): boolean {
  if (verdict !== 'allow' || reruns > 0) return false;
  const passed = new Set(base.flatMap(({ id, outcome }) => (outcome.kind === 'pass' ? [id] : [])));
  const known = new Set(base.map(({ id }) => id));
  return candidate.every(({ id, outcome }) => outcome.kind === 'pass' || (known.has(id) && !passed.has(id)));
}

/** Measure, run, run again where that must decide, and decide. */
async function compare(
  context: Context,
  flags: JudgeWish,
  run: ReturnType<typeof openRunFolder>,
  renames: readonly (readonly [TestId, TestId])[],
): Promise<Finding> {
  const { subject, state, approval, key, rules, status, signal } = context;
  const sides = lazySides(context, run.folder);
  try {
    await pinTools(state, context.tools, false);
    const lockFile = join(run.parent, `measuring-${key}`);
    const how = { anew: flags.fresh, lockFile, status, signal };
    const baseline = await baselineOf(key, sides.base, openBaselines(state), how);
    if (baseline.broken !== undefined) throw brokenBase(subject.base.name, baseline.broken);
    const open = await sides.candidate.open();
    const { broken } = open;
    // Before a change is blamed: does the base, measured earlier, still build on this machine?
    const brokenNow = broken === undefined ? undefined : (await sides.base.open()).broken;
    if (brokenNow !== undefined) throw brokenBase(subject.base.name, brokenNow);
    const candidate: TestResult[] =
      broken === undefined
        ? await fullRun(open, 0, 'gate', status, run.add)
        : brokenResults(
            baseline.results.map(({ id }) => id),
            broken,
          );
    const facts: GateFacts = {
      ...{ base: baseline.results, candidate, tampering: [], approved: approval !== undefined },
      declared: { base: rules.base.declared, candidate: rules.candidate.declared },
      ...{
        renames: new Map(renames),
        history: recordsOf(state),
        today: new Date().toISOString().slice(0, 10),
      },
    };
    const suspects = broken === undefined ? suspectsOf(facts) : [];
    const meddling = () => meddlingOf(sides, rules.base.protections, status);
    const early = await meddling();
    if (early.length > 0) return { ...refusedFor(early), measured: baseline.measured };
    const { settled, reruns } = await settle(suspects, sides, status, signal);
    const late = reruns === 0 ? [] : await meddling();
    if (late.length > 0) return { ...refusedFor(late), measured: baseline.measured, reruns };
    const decision = decide(facts, settled);
    if (approval === undefined && isBaseline(baseline.results, candidate, decision, reruns))
      await openBaselines(state).keep(context.nextKey, candidate);
    if (flags.junit !== undefined)
      await writeJunit(flags.junit, candidate, { name: 'swarm gate', startedAt: run.startedAt });
    return {
      ...{ decision, measured: baseline.measured, reruns },
      ...(broken === undefined ? {} : { broken }),
    };
  } finally {
    run.close();
    await Promise.all([sides.base.close(), sides.candidate.close()]);
  }
}

/** What samples and other runs here have seen of each test: how steady it is. */
const recordsOf = (state: string): GateFacts['history'] =>
  new Map(
    [...readHistory(historyFolder(state))].map(([test, { wallMs, transitions }]) => [
      test,
      { passes: wallMs.length, fails: transitions },
    ]),
  );
