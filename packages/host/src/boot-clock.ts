// Monotonic time that the processes of one boot of one machine share, so that a short-lived process can go on with what an
// earlier one measured. No wall clock: setting the time changes nothing, and after a reboot all measuring begins anew.

import { createHash, randomBytes } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';

/** Milliseconds on the monotonic clock; only differences mean anything, and only within one epoch. */
export const monotonicMs = (): number => Number(process.hrtime.bigint() / 1_000_000n);

let known: string | undefined;

/**
 * What `monotonicMs` counts within: this boot, as this time namespace sees it. Where the system doesn't tell, this process:
 * then nothing that another one measured is believed.
 */
export function clockEpoch(): string {
  known ??= bootEpoch() ?? randomBytes(8).toString('hex');
  return known;
}

function bootEpoch(): string | undefined {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8');
    const clock = readlinkSync('/proc/self/ns/time');
    return createHash('sha256').update(`${boot} ${clock}`).digest('hex').slice(0, 16);
  } catch {
    return undefined;
  }
}
