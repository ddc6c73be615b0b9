// The machine's processes, as /proc has them. Empty where there is no /proc.

import { closeSync, openSync, readdirSync, readSync } from 'node:fs';

export interface ProcessEntry {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  readonly session: number;
  /** Clock ticks after boot: with the pid it names a process for good. */
  readonly startTime: string;
}

/** All processes that are alive: no zombies. */
export function listProcesses(): ProcessEntry[] {
  return processIds()
    .map(readProcess)
    .filter((entry) => entry !== undefined);
}

/** One process, or undefined when it isn't alive. */
export function readProcess(pid: number): ProcessEntry | undefined {
  const text = readOrEmpty(`/proc/${pid}/stat`);
  // The name is in parentheses and may hold anything, also parentheses and newlines.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  if (fields.length < 20 || fields[0] === 'Z' || fields[0] === 'X') return undefined;
  return {
    pid,
    parent: Number(fields[1]),
    group: Number(fields[2]),
    session: Number(fields[3]),
    startTime: fields[19]!,
  };
}

/** These processes, and all that descend from them. */
export function beneath(found: Set<number>, all: readonly ProcessEntry[]): number[] {
  for (let size = -1; size < found.size; ) {
    size = found.size;
    for (const { pid, parent } of all) if (found.has(parent)) found.add(pid);
  }
  return [...found];
}

/** The pids of processes that were started with this variable in their environment, as far as we may look. */
export const processesWithVariable = (name: string, matches: (value: string) => boolean): number[] =>
  valuesOf(name).flatMap(([pid, value]) => (matches(value) ? [pid] : []));

/** Pids with what this variable was in their environment when they started, where it was there. */
export function valuesOf(name: string): (readonly [pid: number, value: string])[] {
  const prefix = `${name}=`;
  return processIds().flatMap((pid) =>
    readOrEmpty(`/proc/${pid}/environ`)
      .split('\0')
      .flatMap((line) => (line.startsWith(prefix) ? [[pid, line.slice(prefix.length)] as const] : [])),
  );
}

/** A process that carries a runner's cookie, and the label of the request that started it; '' where it had none. */
export interface Stray {
  readonly pid: number;
  readonly label: string;
}

/** Every process with the cookie of a runner, or of one of its helpers. */
export function findStrays(cookie: string, pids: readonly number[] = processIds()): Stray[] {
  return pids.flatMap((pid) => {
    const variables = readOrEmpty(`/proc/${pid}/environ`).split('\0');
    const variable = (name: string) =>
      variables.find((line) => line.startsWith(`${name}=`))?.slice(name.length + 1);
    const run = variable('SWARM_RUN');
    const carries = run === cookie || run?.startsWith(`${cookie}.`) === true;
    return carries ? [{ pid, label: variable('SWARM_LABEL') ?? '' }] : [];
  });
}

/** Memory that a process holds and shares with no file, in bytes; 0 when it is gone. */
export function memoryOf(pid: number): number {
  const [, anonymous] = /^RssAnon:\s+(\d+) kB$/m.exec(readOrEmpty(`/proc/${pid}/status`)) ?? [];
  return anonymous === undefined ? 0 : Number(anonymous) * 1024;
}

/** Send a signal; a process that is gone or not ours is no error. */
export function signalProcess(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // Gone since it was listed, or never ours to signal.
  }
}

/** All pids, zombies among them. */
export function processIds(): number[] {
  try {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(Number);
  } catch {
    return [];
  }
}

/** One for all reads: a listing reads a hundred files and more, and node's own way takes a new one for each. */
const BUFFER = Buffer.allocUnsafe(64 * 1024);

function readOrEmpty(file: string): string {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(file, 'r');
    let text = '';
    for (let bytes = -1; bytes !== 0; ) {
      bytes = readSync(descriptor, BUFFER);
      text += BUFFER.toString('latin1', 0, bytes);
    }
    return text;
  } catch {
    return '';
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}
