// A program in a process group and session of its own that doesn't outlive this process: a guard in its session waits on a pipe
// whose other end only we hold. The leader is bash; what the program leaves behind is found by session, descent and cookie.

import { type ChildProcess, spawn } from 'node:child_process';
import { beneath, listProcesses, type ProcessEntry, valuesOf } from './process-table.js';

export interface Led {
  /** Program and arguments, run without a shell. */
  readonly argv: readonly string[];
  readonly cwd: string;
  /** The whole environment, but for the cookie. */
  readonly env: Readonly<Record<string, string>>;
  /** What it leaves behind is found by it: SWARM_RUN=<cookie>. */
  readonly cookie: string;
  /** A command to run when this process is killed. */
  readonly lastWish?: readonly string[];
  /** Limits of each single process, as `prlimit` words. */
  readonly processLimits?: readonly string[];
}

/** Arguments: how many words the last wish has, these, then the program. */
const SCRIPT = `
count=$1
shift
wish=("\${@:1:count}")
shift "$count"
trap : HUP INT TERM
(
  trap '' HUP INT TERM
  IFS= read -r -u 3 -N 1
  exec </dev/null >/dev/null 2>&1
  [[ $count == 0 ]] || "\${wish[@]}"
  kill -KILL 0
) &
guard=$!
exec 4>&2 2>/dev/null # What bash itself would say of a killed program is nobody's output.
"$@" 3<&- 2>&4 4>&-
status=$?
kill -KILL "$guard"
exit "$status"
`;

/** Start it, with our own streams or with pipes. */
export function startLeader(
  { argv, cwd, env, cookie, lastWish = [], processLimits = [] }: Led,
  streams: 'inherit' | 'pipe',
): ChildProcess {
  const words = ['--norc', '--noprofile', '-c', SCRIPT, 'swarm-attached', String(lastWish.length)];
  const limits = processLimits.length === 0 ? [] : ['prlimit', ...processLimits, '--'];
  return spawn('bash', [...words, ...lastWish, ...limits, ...argv], {
    cwd,
    env: { ...env, SWARM_RUN: cookie },
    detached: true,
    stdio: [streams, streams, streams, 'pipe'],
  });
}

/** The machine's processes at one moment, and the cookies that they carry. */
export interface ProcessTable {
  readonly all: readonly ProcessEntry[];
  readonly carriers: ReadonlyMap<string, readonly number[]>;
}

/** Reads two files of each process of the machine. */
export function readTable(): ProcessTable {
  const carriers = new Map<string, number[]>();
  const note = (cookie: string, pid: number) => carriers.set(cookie, [...(carriers.get(cookie) ?? []), pid]);
  for (const [pid, cookie] of valuesOf('SWARM_RUN')) note(cookie, pid);
  return { all: listProcesses(), carriers };
}

/** The leader's session, everything beneath it, and what carries the cookie. */
export function membersOf(leader: number | undefined, cookie: string, table = readTable()): number[] {
  const { all, carriers } = table;
  const found = new Set(carriers.get(cookie));
  if (leader !== undefined) found.add(leader);
  for (const { pid, session } of all) if (session === leader) found.add(pid);
  beneath(found, all);
  if (!all.some(({ pid }) => pid === leader)) found.delete(leader ?? 0);
  return [...found];
}
