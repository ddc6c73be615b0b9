// Money and sessions of earlier runs of this repository, put into a new run's ledger: what was spent today and on each task, and all that
// a run took that was killed, since the new one goes on with it.

import { accountsOf, type FleetEvent, type Ledger, spendingsOf } from '@swarm/fleet';
import { dayOf } from './clock.js';
import { fleetFolder, readFleetRun, runNames } from './past-runs.js';

/** What the new run goes on with. */
export interface GoneOn {
  readonly runs: readonly string[];
  readonly usd: number;
  readonly sessions: number;
}

/** A run that was killed longer ago is history. */
const GOES_ON_MS = 24 * 3_600_000;

/** `run`: the new one. Undefined: it goes on with none. */
export async function restoreMoney(
  ledger: Ledger,
  state: string,
  run: string,
  now: Date,
): Promise<GoneOn | undefined> {
  const fleet = fleetFolder(state);
  const names = (await runNames(fleet)).filter((name) => name !== run);
  let goesOn = true;
  const runs: string[] = [];
  const past: Parameters<Ledger['restore']>[] = [];
  let [usd, sessions] = [0, 0];
  for (const name of names) {
    const read = await readFleetRun(fleet, name, now);
    if (read === undefined) continue;
    const startedMs = read.startedAt.getTime();
    if (read.state === 'over' || now.getTime() - startedMs > GOES_ON_MS) goesOn = false;
    const resumed = goesOn && read.state === 'died';
    const events = read.events.map((event) => [event as unknown as FleetEvent, event.atMs ?? 0] as const);
    for (const spending of spendingsOf(events)) {
      const day = dayOf(new Date(startedMs + spending.atMs));
      past.push([accountsOf(spending, day, resumed ? run : undefined), spending.taken, spending.role]);
      if (!resumed) continue;
      usd += spending.taken.usd;
      sessions += 1;
    }
    if (resumed) runs.push(name);
  }
  // The newest last: they say what the next session may take.
  for (const each of past.reverse()) ledger.restore(...each);
  return runs.length === 0 ? undefined : { runs, usd, sessions };
}
