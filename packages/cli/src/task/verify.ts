// `swarm task verify`: is it still to be done? Runs the tasks' own commands on a clean checkout of the hub's branch, and closes
// as superseded what is green: one test instead of one agent's session.

import { mkdir, writeFile } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { EXIT, type ExitCode, moveTask, type SeenClaim, SwarmError, type Task } from '@swarm/core';
import { createRunner, type ProcessRunner, type RunResult } from '@swarm/host';
import type { Checkout } from '@swarm/tasks';
import { count } from '../terminal/line.js';
import { shellWord } from '../terminal/shell-word.js';
import type { Status } from '../terminal/status.js';
import type { Told } from '../terminal/told.js';
import { findTask } from './find.js';
import { type Judged, judge } from './judged.js';
import type { Session } from './session.js';
import { refreshView } from './view.js';

export interface VerifyWish {
  /** None: every task that is open or blocked, not held, and has a command. */
  readonly ids: readonly string[];
  /** Only say what is green. */
  readonly keep: boolean;
}

interface Verdict extends Judged {
  readonly task: string;
  /** It was closed as superseded. */
  readonly closed: boolean;
  readonly seconds: number;
}

export async function verifyTasks(session: Session, wish: VerifyWish, status: Status): Promise<Told> {
  const { hub, workTree, settings, signal } = session;
  const { tasks, claims } = await hub.look();
  const chosen =
    wish.ids.length > 0 ? await named(session, wish.ids) : tasks.filter((task) => isWaiting(task, claims));
  const base = await workTree.fetchBase();
  if (chosen.length === 0) return nothing(base);
  const checkout = await workTree.checkOut(base);
  const runner = createRunner({ jobs: 1, cookie: checkout.cookie });
  const verdicts: Verdict[] = [];
  try {
    await offerSwarm(checkout);
    for (const task of chosen) {
      status.show(`verifying ${task.id}: ${verdicts.length + 1} of ${chosen.length}`);
      if (verdicts.length > 0) await checkout.reset();
      const result = await run(runner, checkout, task.verify!, settings.verifyLimitMs, signal);
      signal.throwIfAborted();
      const judged = judge(result, settings.verifyLimitMs);
      const closed = judged.outcome === 'green' && !wish.keep && (await close(session, task, claims, base));
      verdicts.push({ task: task.id, ...judged, closed, seconds: Math.round(result.wallMs) / 1000 });
    }
  } finally {
    status.clear();
    await runner.close();
    await checkout.remove();
  }
  await refreshView(session);
  return verdictsTold(session, verdicts, base, wish.ids.length > 0);
}

const isWaiting = (task: Task, claims: readonly SeenClaim[]): boolean =>
  (task.state === 'open' || task.state === 'blocked') &&
  task.verify !== undefined &&
  task.duplicateOf === undefined &&
  !claims.some((claim) => claim.task === task.id && !claim.expired);

async function named({ hub }: Session, ids: readonly string[]): Promise<Task[]> {
  const tasks: Task[] = [];
  for (const given of ids) {
    const task = await findTask(hub, given);
    if (task.verify === undefined)
      throw new SwarmError(`task ${task.id}: has no verify command`, {
        code: 'no-verify',
        exit: EXIT.nothing,
        hint: 'only its result can tell; look at `swarm task show`',
      });
    tasks.push(task);
  }
  return tasks;
}

const OUTPUT_BYTES = 16 * 1024;

function run(
  runner: ProcessRunner,
  checkout: Checkout,
  command: string,
  timeLimitMs: number,
  signal: AbortSignal,
): Promise<RunResult> {
  // A caller's GIT_DIR (as in a hook) would point the command at another repository than its own checkout.
  const kept = Object.entries(process.env).filter(([name]) => !name.startsWith('GIT_'));
  const env = Object.fromEntries(kept) as Record<string, string>;
  return runner.run({
    argv: ['sh', '-c', command],
    cwd: checkout.path,
    env: { ...env, PATH: [env.PATH ?? '/usr/bin:/bin', ownCommands(checkout)].join(delimiter) },
    timeLimitMs,
    signal,
    outputCapBytes: OUTPUT_BYTES,
    sweep: true,
  });
}

/** Where `swarm` is, for tasks that are verified by it on machines where it is not in PATH. */
const ownCommands = (checkout: Checkout): string => join(dirname(checkout.path), 'bin');

async function offerSwarm(checkout: Checkout): Promise<void> {
  const folder = ownCommands(checkout);
  const words = [process.execPath, ...process.argv.slice(1, 2)].map(shellWord).join(' ');
  await mkdir(folder);
  await writeFile(join(folder, 'swarm'), `#!/bin/sh\nexec ${words} "$@"\n`, { mode: 0o755 });
}

/** Close it, unless it is over, or somebody else is at it: they find out themselves. */
async function close(
  session: Session,
  task: Task,
  claims: readonly SeenClaim[],
  base: string,
): Promise<boolean> {
  const { hub } = session;
  const reason = `its verify command is green at ${base.slice(0, 10)}`;
  const claim = claims.find((it) => it.task === task.id && !it.expired);
  const mine = (await hub.claims.own()).find((lease) => lease.task === task.id);
  if (mine !== undefined) {
    const given = await hub.claims.release(mine, { becomes: { state: 'superseded', reason } });
    return given.kind === 'released';
  }
  if (claim !== undefined) return false;
  let closed = false;
  await hub.store.change((tasks) => {
    const now = tasks.find(({ id }) => id === task.id);
    closed = now?.state === 'open' || now?.state === 'blocked';
    return closed ? [{ task: moveTask(now!, 'superseded', reason) }] : [];
  });
  return closed;
}

const nothing = (base: string): Told => ({
  document: { schema: 'swarm.verify/1', base, results: [] },
  lines: ['NOTHING to verify: no open task that nobody holds has a verify command'],
  exit: EXIT.nothing,
});

function verdictsTold(
  { settings }: Session,
  results: readonly Verdict[],
  base: string,
  isNamed: boolean,
): Told {
  const rank = { 'not-run': 0, unresolved: 1, green: 2, red: 3 };
  const sorted = [...results].sort((a, b) => rank[a.outcome] - rank[b.outcome]);
  const words = { green: 'GREEN', red: 'RED', unresolved: 'ERROR', 'not-run': 'ERROR' };
  const lines = sorted.map(({ task, outcome, closed, detail }) => {
    const end = outcome !== 'green' ? `: ${detail}` : closed ? ': closed as superseded' : ': not closed';
    return `${words[outcome]} ${task}${end}`;
  });
  const shown =
    lines.length > 9 ? [...lines.slice(0, 8), `${lines.length - 8} more: --json shows all`] : lines;
  const of = (outcome: Verdict['outcome']) => results.filter((it) => it.outcome === outcome).length;
  const rest = [
    ...(of('unresolved') > 0 ? [`${of('unresolved')} could not tell`] : []),
    ...(of('not-run') > 0 ? [`${of('not-run')} could not be run`] : []),
  ];
  const counts = [`${of('green')} green`, `${of('red')} red`, ...rest].join(', ');
  const total = `${count(results.length, 'task')} on ${settings.branch} at ${base.slice(0, 10)}: ${counts}`;
  return {
    document: { schema: 'swarm.verify/1', base, results },
    lines: [...shown, total],
    exit: exitOf(of, isNamed),
  };
}

function exitOf(of: (outcome: Verdict['outcome']) => number, isNamed: boolean): ExitCode {
  if (of('not-run') > 0) return EXIT.environment;
  if (of('unresolved') > 0) return EXIT.inconclusive;
  return isNamed && of('red') > 0 ? EXIT.refused : EXIT.done;
}
