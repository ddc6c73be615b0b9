// Units taken apart, and the proof that this changes nothing: with everything from the oracle the program passes, and with
// all functions of a culprit from the target it fails as the whole units did. What can't be proved stays whole.

import type { Bisection, FunctionScope, SplitUnit } from '@swarm/build';
import { type Outcome, Selection, type Verdict } from '@swarm/core';
import {
  addCounts,
  type Counts,
  type FoundCulprit,
  NO_COUNTS,
  searchCounts,
  unitCulprit,
} from './document.js';
import { type RunContext, runProbe, runSearch } from './search-run.js';
import type { SearchSettings } from './settings.js';

/** Suspects that can be searched by parts. */
export interface Apart {
  readonly suspects: readonly FoundCulprit[];
  readonly splits: readonly SplitUnit[];
  /** Units that take part as a whole, because others fail only together with them. */
  readonly whole: readonly string[];
  readonly notes: readonly string[];
  readonly counts: Counts;
}

export async function takeApart(
  session: Bisection,
  suspects: readonly FoundCulprit[],
  settings: SearchSettings,
  run: RunContext,
): Promise<Apart> {
  const ids = [...new Set(suspects.flatMap(({ members }) => members))];
  if (ids.length > 0) run.status.show(`taking ${ids.length} units apart`);
  const { splits, unsplit } = await session.functions.split(ids);
  run.event('split', {
    splits: splits.map(({ unit, method, functions }) => ({ unit, method, functions: functions.length })),
    unsplit,
  });
  const questions = new Questions(session, settings, run);
  const notes = unsplit.map(({ unit, reason }) => `${unit} is not taken apart: ${reason}`);
  const sound = splits.filter(({ functions }) => functions.length > 0);
  const unsound = await questions.unsound(sound);
  for (const { split, said } of unsound) {
    sound.splice(sound.indexOf(split), 1);
    notes.push(`${split.unit} is not taken apart: put together again from the oracle's functions, ${said}`);
  }
  const apart: FoundCulprit[] = [];
  for (const suspect of suspects) {
    const mine = sound.filter(({ unit }) => suspect.members.includes(unit));
    if (mine.length === 0) {
      if (
        suspect.members.every((id) =>
          splits.some(({ unit, functions }) => unit === id && functions.length === 0),
        )
      )
        notes.push(`${suspect.members.join(' + ')}: ${GONE}`);
      continue;
    }
    const said = await questions.differs(suspect, mine);
    if (said === undefined) apart.push(suspect);
    else notes.push(`${suspect.members.join(' + ')} stays whole: ${said}`);
  }
  const members = new Set(apart.flatMap((suspect) => suspect.members));
  const kept = sound.filter(({ unit }) => members.has(unit));
  const whole = [...members].filter((id) => !kept.some(({ unit }) => unit === id));
  return { suspects: apart, splits: kept, whole, notes, counts: questions.counts };
}

/** Search the parts of all suspects at once. */
export async function searchParts(
  session: Bisection,
  { splits, whole }: Apart,
  settings: SearchSettings,
  run: RunContext,
): Promise<{
  readonly verdict: Verdict;
  readonly culprits: readonly FoundCulprit[];
  readonly notes: readonly string[];
  readonly counts: Counts;
}> {
  const scope = session.functions.scope(splits, whole);
  const report = await runSearch({ ...scope, phase: 'functions' }, settings, run);
  const owner = new Map(scope.units.map(({ id }, i) => [id, scope.unitOf(i)]));
  const culprits = report.culprits.map((culprit): FoundCulprit => {
    const units = [...new Set(culprit.members.map((member) => owner.get(member)!))];
    const isWhole = culprit.members.every((member) => owner.get(member) === member);
    return isWhole ? unitCulprit(culprit) : { ...culprit, level: 'function', units };
  });
  const missed = culprits.length === 0 ? [`the search over functions ended as ${report.verdict}`] : [];
  return {
    verdict: report.verdict,
    culprits,
    notes: [...report.notes, ...missed],
    counts: searchCounts(report),
  };
}

const GONE = 'no function differs once inlining is off: the failure needs it';

/** The questions that come before a search by parts. */
class Questions {
  counts = NO_COUNTS;

  constructor(
    private readonly session: Bisection,
    private readonly settings: SearchSettings,
    private readonly run: RunContext,
  ) {}

  /** Splits with which the program fails even though everything comes from the oracle. */
  async unsound(splits: readonly SplitUnit[]): Promise<{ split: SplitUnit; said: string }[]> {
    if (splits.length === 0 || (await this.fromOracle(splits)) === undefined) return [];
    const bad: { split: SplitUnit; said: string }[] = [];
    for (const split of splits) {
      const said = await this.fromOracle([split]);
      if (said !== undefined) bad.push({ split, said });
    }
    const rest = splits.filter((each) => !bad.some(({ split }) => split === each));
    const said = rest.length === 0 ? undefined : await this.fromOracle(rest);
    return said === undefined ? bad : [...bad, ...rest.map((split) => ({ split, said }))];
  }

  /** How a suspect fails differently by parts, or undefined where it fails as before. */
  async differs(suspect: FoundCulprit, splits: readonly SplitUnit[]): Promise<string | undefined> {
    const whole = suspect.members.filter((id) => !splits.some(({ unit }) => unit === id));
    const scope = this.session.functions.scope(splits, whole);
    const { failure } = suspect.outcome;
    const outcome = await this.ask(
      scope,
      Selection.full(scope.units.length),
      (each) => each.kind === 'fail' && each.failure === failure,
    );
    if (outcome.kind === 'pass') return 'the failure disappears without inlining';
    if (outcome.kind === 'unresolved') return outcome.reason;
    if (outcome.failure === failure) return undefined;
    return `by functions it fails otherwise (${outcome.failure}: ${outcome.detail})`;
  }

  /** How the program fails with everything from the oracle, or undefined where it passes. */
  private async fromOracle(splits: readonly SplitUnit[]): Promise<string | undefined> {
    const scope = this.session.functions.scope(splits, []);
    const outcome = await this.ask(scope, Selection.empty(scope.units.length), ({ kind }) => kind === 'pass');
    if (outcome.kind === 'pass') return undefined;
    return outcome.kind === 'fail' ? `it fails (${outcome.failure}: ${outcome.detail})` : outcome.reason;
  }

  /** Ask, as often as the settings allow for, until the wanted outcome comes; else the last one. */
  private async ask(
    scope: FunctionScope,
    selection: Selection,
    isWanted: (outcome: Outcome) => boolean,
  ): Promise<Outcome> {
    let outcome: Outcome | undefined;
    for (let attempt = 0; attempt < this.settings.repeat; attempt++) {
      const probe = { selection, attempt, purpose: 'sanity' } as const;
      const { answer, counts } = await runProbe({ ...scope, phase: 'functions' }, probe, this.run);
      this.counts = addCounts(this.counts, counts);
      outcome = answer.outcome;
      if (isWanted(outcome)) break;
    }
    return outcome!;
  }
}
