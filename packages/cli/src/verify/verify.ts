// `swarm verify MEMBER...`: is it mended? Compiles just the members with the target as it is now, links them with the
// oracle's objects and runs the test. The oracle's side is recorded and built when it isn't stored yet; from a warm store
// this takes the members' compilation, a link and a test.

import { type Bisection, openBisection } from '@swarm/build';
import { Cancellation, type Outcome, type Prober, type Selection } from '@swarm/core';
import { openStateFolder } from '@swarm/host';
import { makePlan, sessionOptions } from '../bisect/build-session.js';
import { placesOf } from '../bisect/member.js';
import type { BuildSettings } from '../bisect/settings.js';
import type { Status } from '../terminal/status.js';
import { choicesFor } from './choices.js';
import type { VerifyDocument } from './document.js';

interface VerifyContext {
  readonly status: Status;
  readonly signal: AbortSignal;
}

type Finding = Omit<VerifyDocument, 'schema' | 'members' | 'stats'> & { readonly probes: number };

/** Verify. Throws `no-such-unit` and `no-such-function` (exit 2), and what recording the build throws. */
export async function verify(
  settings: BuildSettings,
  members: readonly string[],
  run: VerifyContext,
): Promise<VerifyDocument> {
  const startedAt = performance.now();
  const state = await openStateFolder(settings.dir);
  const plan = await makePlan(settings, state, run);
  const places = placesOf(members, new Set(plan.units.map(({ id }) => id)));
  const only = [...new Set(places.map(({ unit }) => unit))];
  const session = await openBisection(plan, { ...sessionOptions(settings, state, run), only });
  try {
    const ask = async () => {
      const choices = await choicesFor(session, plan, members, places);
      return asked(choices.prober, choices.asked, choices.notes, settings.repeat, run);
    };
    const { probes, ...finding } = (await settled(session, run)) ?? (await ask());
    const { target, oracle } = session.stats.compiles;
    const seconds = (performance.now() - startedAt) / 1000;
    return {
      schema: 'swarm.verification/1',
      members,
      ...finding,
      stats: { probes, compiles: { target, oracle }, seconds },
    };
  } finally {
    await session.close();
  }
}

/** What needs no selection: a member that the target rejects, or a test that the oracle's program fails. */
async function settled(session: Bisection, run: VerifyContext): Promise<Finding | undefined> {
  const { rejected } = session;
  if (rejected.length > 0) return { verdict: 'red', rejected, notes: [], probes: 0 };
  run.status.show('testing the oracle');
  const { outcome } = await session.baseline();
  if (outcome.kind === 'pass') return undefined;
  const note = 'the test fails with everything from the oracle: nothing can be said about the target';
  return { verdict: 'inconclusive', ...told(outcome), rejected, notes: [note], probes: 1 };
}

async function asked(
  prober: Prober,
  choices: readonly { readonly members: readonly string[]; readonly selection: Selection }[],
  notes: readonly string[],
  repeat: number,
  run: VerifyContext,
): Promise<Finding> {
  let probes = 1; // The oracle's.
  const cancel = new Cancellation();
  run.signal.addEventListener('abort', () => cancel.cancel(), { once: true });
  for (const { members, selection } of choices) {
    for (let attempt = 0; attempt < repeat; attempt++) {
      run.status.show(`testing ${members.join(' + ')}`);
      const { outcome } = await prober({ selection, attempt, purpose: 'confirm' }, cancel);
      run.signal.throwIfAborted();
      probes += 1;
      if (outcome.kind === 'pass') continue;
      const verdict = outcome.kind === 'fail' ? 'red' : 'inconclusive';
      return { verdict, failing: members, ...told(outcome), rejected: [], notes, probes };
    }
  }
  return { verdict: 'green', rejected: [], notes, probes };
}

function told(outcome: Outcome): Pick<VerifyDocument, 'outcome'> {
  if (outcome.kind === 'fail') return { outcome: { kind: outcome.failure, detail: outcome.detail } };
  return outcome.kind === 'unresolved' ? { outcome: { kind: 'unresolved', detail: outcome.reason } } : {};
}
