// `swarm preflight`: what is there to do, how work meets, how long sessions and the gate take; then one decision over all of it.

import { adviceOf, type Failure, overlapOf, type Pace, stillToDo, type Task } from '@swarm/core';
import { type LoadedConfig, loadConfig, openStateFolder } from '@swarm/host';
import { isRound } from '../fleet/claiming.js';
import { reachText } from '../fleet/reach.js';
import { type Session, withSession } from '../task/session.js';
import type { TypedFlags } from '../task/settings.js';
import type { Status } from '../terminal/status.js';
import type { Told } from '../terminal/told.js';
import { type BaseTests, baseTests } from './base-tests.js';
import { type Preflight, preflightTold } from './document.js';
import { type PastSessions, pastSessions } from './past-sessions.js';

export interface PreflightFlags extends TypedFlags {
  readonly agents: number | undefined;
  readonly 'session-time': number | undefined;
  readonly 'session-usd': number | undefined;
  readonly measure: boolean;
}

/** What is assumed where nothing was measured: what sessions took in a large public project, and a coin's toss. */
const SESSION_SECONDS = 1200;
const GOOD_SHARE = 0.5;
const GATE_SECONDS = 60;
const MOST_AGENTS = 64;
/** Work of the past that is compared. */
const COMMITS = 200;
/** So many tasks must say what they touch before that counts for more than the past. */
const LEAST_TOUCHING = 5;

export const runPreflight = (flags: PreflightFlags, status: Status): Promise<Told> =>
  withSession(flags, async (session) => preflightTold(await preflight(session, flags, status)));

async function preflight(session: Session, flags: PreflightFlags, status: Status): Promise<Preflight> {
  const { hub, workTree, settings, signal } = session;
  const config = await loadConfig(settings.dir);
  const { isolation = 'clone', network } = config.config.workspaces;
  const tasks = stillToDo((await hub.look()).tasks).filter((task) => !isRound(task));
  const commit = session.isShared ? await workTree.fetchBase() : await workTree.head();
  const { remote, branch } = settings;
  const where = { dir: workTree.top, remote, branch, signal, status };
  const tests = commit === undefined || !flags.measure ? undefined : await baseTests({ ...where, commit });
  const past = await pastSessions(await openStateFolder(workTree.top));
  const touching = tasks.map(({ touches }) => touches).filter(({ length }) => length > 0);
  const byTasks = touching.length >= LEAST_TOUCHING;
  const works = byTasks || commit === undefined ? touching : await workTree.pastChanges(commit, COMMITS);
  const overlap = overlapOf(works);
  const { pace, sources } = paceOf(flags, tests, past, overlap.share);
  const advice = adviceOf({
    failures: tasks.length > 0 ? tasks.map(failureOf) : (tests?.failures ?? []),
    untasked: tasks.length === 0,
    tested: tests !== undefined,
    broken: tests?.broken,
    canBisect: isBisectable(config),
    pace,
    mostAgents: flags.agents ?? MOST_AGENTS,
  });
  return {
    ...{ advice, pace, sources, overlap },
    overlapOf: byTasks ? 'tasks' : 'commits',
    tasks: tasks.length,
    tests: tests?.tests,
    failingTests: tests?.failures.length ?? 0,
    reach: reachText(isolation, network),
  };
}

/** What a task of a failing test says is in its one block of text. */
function failureOf({ id, kind, body }: Task): Failure {
  const said = kind === 'test' ? /^(`{3,})\n([\s\S]*?)\n\1$/m.exec(body)?.[2] : undefined;
  return { id, says: said?.split('\n').find((line) => line.trim() !== '') ?? '' };
}

const isBisectable = ({ config: { bisect } }: LoadedConfig): boolean =>
  bisect.target !== undefined && bisect.test !== undefined;

function paceOf(
  flags: PreflightFlags,
  tests: BaseTests | undefined,
  past: PastSessions | undefined,
  overlapShare: number,
): Pick<Preflight, 'pace' | 'sources'> {
  const given = { session: flags['session-time'], usd: flags['session-usd'] };
  const gated = tests !== undefined && tests.tests > 0;
  const pace: Pace = {
    sessionSeconds: given.session ?? past?.seconds ?? SESSION_SECONDS,
    gateSeconds: gated ? Math.max(tests.gateSeconds, 0.1) : GATE_SECONDS,
    goodShare: past === undefined ? GOOD_SHARE : Math.max(past.landedShare, 0.05),
    overlapShare,
    usdPerSession: given.usd ?? past?.usd,
  };
  const known = past === undefined ? 'assumed' : 'measured';
  return {
    pace,
    sources: {
      session: given.session === undefined ? known : 'given',
      good: known,
      gate: gated ? 'measured' : 'assumed',
      usd: given.usd === undefined ? (past?.usd === undefined ? 'assumed' : 'measured') : 'given',
    },
  };
}
