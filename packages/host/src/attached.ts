// Runs one program whose streams are our own: what it reads and writes goes straight through, as if it had been started
// from the shell. It has a process group and session of its own, so that the end of it is the end of all of it, and it
// doesn't outlive this process: a guard in its session waits on a pipe whose other end only we hold.

import type { Enclosure, Started } from '@swarm/core';
import { askedOf, watchUsage } from './enclosed.js';
import { endAtOnce, endPolitely } from './ending.js';
import { membersOf, startLeader } from './leader.js';
import type { Exit } from './process.js';
import { startFailure } from './start-failure.js';

export interface AttachedRequest {
  /** Run without a shell, in its enclosure; the environment is whole but for the cookie. */
  readonly program: Started;
  readonly cwd: string;
  /** What it leaves behind is found by it: SWARM_RUN=<cookie>. */
  readonly cookie: string;
  readonly enclosure: Enclosure;
  readonly signal?: AbortSignal;
}

export interface AttachedResult {
  /** `exited` has the status that a shell would give: 128 and the signal's number where a signal ended it. */
  readonly exit: Extract<Exit, { kind: 'exited' | 'aborted' | 'not-started' }>;
  /** What the enclosure said, when that ended the program. */
  readonly exceeded?: string;
}

/** Run it to its end; nothing of it is left then. */
export async function runAttached(request: AttachedRequest): Promise<AttachedResult> {
  const { program, cwd, cookie, enclosure, signal } = request;
  const { argv, env } = enclosure.enter(program);
  const reason = startFailure({ argv, cwd }, env.PATH ?? process.env.PATH);
  if (reason !== undefined) return { exit: { kind: 'not-started', reason } };
  if (signal?.aborted) return { exit: { kind: 'aborted' } };
  const { lastWish, processLimits } = enclosure;
  const child = startLeader({ argv, cwd, env, cookie, lastWish, processLimits }, 'inherit');
  const ended = new Promise<Exit>((settle) => {
    child.once('error', (error) => settle({ kind: 'not-started', reason: error.message }));
    child.once('exit', (code) => settle({ kind: 'exited', code: code ?? 128 + 9 }));
  });
  return supervise(request, child.pid, ended);
}

async function supervise(
  { cookie, enclosure, signal }: AttachedRequest,
  leader: number | undefined,
  ended: Promise<Exit>,
): Promise<AttachedResult> {
  const find = () => membersOf(leader, cookie);
  let exceeded: string | undefined;
  let ending: Promise<unknown> | undefined;
  const end = () => {
    ending ??= endPolitely(() => askedOf(find(), leader, enclosure.holdsOthers)).then(() => endAtOnce(find));
  };
  const release = watchUsage(
    enclosure,
    (table) => membersOf(leader, cookie, table),
    (what) => {
      exceeded = what;
      end();
    },
  );
  signal?.addEventListener('abort', end);
  const exit = (await ended) as AttachedResult['exit'];
  release();
  signal?.removeEventListener('abort', end);
  await ending;
  await endAtOnce(find);
  if (exceeded !== undefined) return { exit, exceeded };
  return signal?.aborted ? { exit: { kind: 'aborted' } } : { exit };
}
