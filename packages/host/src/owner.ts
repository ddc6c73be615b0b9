// Who owns a folder or a lock: a process, named so that it can't be taken for another one: not for a later process
// with the same number, nor for one before the last boot, on another machine or in another container.

import { createHash } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { readProcess } from './process-table.js';

/** `<pid>-<start time>-<boot>-<place>`. */
export const OWNER_PATTERN = /^(\d+)-(\d+)-([0-9a-f]{8})-([0-9a-f]{8})/;

let own: string | undefined;

/** The stamp of this process. */
export function ownerStamp(): string {
  own ??= stampOf(process.pid);
  return own;
}

/** The stamp of another process on this machine. */
export const stampOf = (pid: number): string =>
  `${pid}-${readProcess(pid)?.startTime ?? 0}-${boot()}-${place()}`;

/** False when the process of a stamp is gone for sure. What can't be seen from here counts as alive. */
export function ownerAlive(stamp: string): boolean {
  const [, pid, startTime, itsBoot, itsPlace] = OWNER_PATTERN.exec(stamp) ?? [];
  if (pid === undefined || itsPlace !== place()) return true;
  if (itsBoot !== boot()) return false;
  if (startTime === '0') return answers(Number(pid));
  return readProcess(Number(pid))?.startTime === startTime;
}

export const ownerPid = (stamp: string): number => Number(OWNER_PATTERN.exec(stamp)?.[1]);

const boot = () => short(attempt(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8')));
const place = () => short(`${hostname()} ${attempt(() => readlinkSync('/proc/self/ns/pid'))}`);
const short = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 8);

function attempt(read: () => string): string {
  try {
    return read();
  } catch {
    return '';
  }
}

function answers(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
