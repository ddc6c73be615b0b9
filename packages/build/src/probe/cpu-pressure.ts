// How much programs have to wait for a processor. Where they do most of the time, a test that doesn't come to its end in time may only
// not have had its turn: that is no hang yet.

import { readFileSync } from 'node:fs';

/** Microseconds, since the machine was started, for which a program waited; undefined where the kernel doesn't count them. */
export type CpuPressure = () => number | undefined;

export const cpuPressure: CpuPressure = () => {
  try {
    const total = /^some .*\btotal=(\d+)/m.exec(readFileSync('/proc/pressure/cpu', 'utf8'))?.[1];
    return total === undefined ? undefined : Number(total);
  } catch {
    return undefined;
  }
};

/** Did one wait for at least this part of the time between two readings? */
export function isCrowded(before: number | undefined, after: number | undefined, wallMs: number): boolean {
  return before !== undefined && after !== undefined && after - before > CROWDED * 1000 * wallMs;
}

const CROWDED = 0.5;
