// Runs one program whose streams are our own: what it reads and writes goes straight through, as if it had been started
// from the shell. It has a process group and session of its own, so that the end of it is the end of all of it, and it
// doesn't outlive this process: a guard in its session waits on a pipe whose other end only we hold.

import type { Capacity } from '@swarm/core';
import { endAtOnce, endPolitely } from './ending.js';
import { membersOf, startLeader } from './leader.js';
import type { Exit } from './process.js';
import { memoryOf, readProcess } from './process-table.js';
import { startFailure } from './start-failure.js';

/** What all processes of the program take at this moment. */
export interface Usage extends Pick<Capacity, 'memoryBytes'> {
  readonly processes: number;
}

export interface AttachedRequest {
  /** Program and arguments, run without a shell. */
  readonly argv: readonly string[];
  readonly cwd: string;
  /** The whole environment, but for the cookie. */
  readonly env: Readonly<Record<string, string>>;
  /** What it leaves behind is found by it: SWARM_RUN=<cookie>. */
  readonly cookie: string;
  /** Limits of each single process, as `prlimit` words: `--data=1000000`. */
  readonly processLimits?: readonly string[];
  /** The program only holds others, which end with it: these are asked to end, and it is left to follow. */
  readonly holdsOthers?: boolean;
  /** A command to run when this process is killed: for what is no child of ours, as a container. */
  readonly lastWish?: readonly string[];
  /** Asked a few times a second; an answer ends the program. */
  readonly exceeded?: (usage: Usage) => string | undefined;
  readonly signal?: AbortSignal;
}

export interface AttachedResult {
  /** `exited` has the status that a shell would give: 128 and the signal's number where a signal ended it. */
  readonly exit: Extract<Exit, { kind: 'exited' | 'aborted' | 'not-started' }>;
  /** What `exceeded` said, when it ended the program. */
  readonly exceeded?: string;
}

const LOOK_MS = 200;

/** Run it to its end; nothing of it is left then. */
export async function runAttached(request: AttachedRequest): Promise<AttachedResult> {
  const { argv, cwd, env, cookie, lastWish = [], processLimits = [], signal } = request;
  const reason = startFailure({ argv, cwd }, env.PATH ?? process.env.PATH);
  if (reason !== undefined) return { exit: { kind: 'not-started', reason } };
  if (signal?.aborted) return { exit: { kind: 'aborted' } };
  const limited = processLimits.length === 0 ? argv : ['prlimit', ...processLimits, ...argv];
  const child = startLeader({ argv: limited, cwd, env, cookie, lastWish }, 'inherit');
  const ended = new Promise<Exit>((settle) => {
    child.once('error', (error) => settle({ kind: 'not-started', reason: error.message }));
    child.once('exit', (code) => settle({ kind: 'exited', code: code ?? 128 + 9 }));
  });
  return supervise(request, child.pid, ended);
}

async function supervise(
  request: AttachedRequest,
  leader: number | undefined,
  ended: Promise<Exit>,
): Promise<AttachedResult> {
  const { cookie, exceeded, signal } = request;
  const find = () => membersOf(leader, cookie);
  const isAsked = (pid: number) =>
    pid !== leader && !(request.holdsOthers === true && readProcess(pid)?.parent === leader);
  let excess: string | undefined;
  let ending: Promise<void> | undefined;
  const end = () => {
    ending ??= endPolitely(() => find().filter(isAsked)).then(() => endAtOnce(find));
  };
  const look = setInterval(() => {
    excess ??= exceeded?.(usageOf(find()));
    if (excess !== undefined) end();
  }, LOOK_MS);
  signal?.addEventListener('abort', end);
  const exit = (await ended) as AttachedResult['exit'];
  clearInterval(look);
  signal?.removeEventListener('abort', end);
  await ending;
  await endAtOnce(find);
  if (excess !== undefined) return { exit, exceeded: excess };
  return signal?.aborted ? { exit: { kind: 'aborted' } } : { exit };
}

const usageOf = (pids: readonly number[]): Usage => ({
  processes: pids.length,
  memoryBytes: pids.reduce((sum, pid) => sum + memoryOf(pid), 0),
});
