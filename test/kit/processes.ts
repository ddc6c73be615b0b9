// Finds running processes by a cookie, to show that none are left behind. Linux only: reads /proc.

import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

export interface Found {
  readonly pid: number;
  readonly command: string;
}

/**
 * Processes, other than this one, that have the cookie in their arguments, environment or current folder. A test
 * folder's name is a good cookie: nothing else has it. Zombies don't count.
 */
export function processesWith(cookie: string): Found[] {
  const found: Found[] = [];
  for (const name of readdirSync('/proc')) {
    const pid = Number(name);
    if (!Number.isInteger(pid) || pid === process.pid) continue;
    const command = attempt(() => readFileSync(`/proc/${pid}/cmdline`, 'utf8'));
    const places = [
      command,
      attempt(() => readFileSync(`/proc/${pid}/environ`, 'utf8')),
      attempt(() => readlinkSync(`/proc/${pid}/cwd`)),
    ];
    if (command !== '' && places.some((text) => text.includes(cookie))) {
      found.push({ pid, command: command.replaceAll('\0', ' ').trim() });
    }
  }
  return found;
}

/** Waits until none are left; gives those that still are when the time is over. */
export async function processesLeft(cookie: string, waitMs = 3000): Promise<Found[]> {
  const until = performance.now() + waitMs;
  let left = processesWith(cookie);
  while (left.length > 0 && performance.now() < until) {
    await new Promise((resolve) => setTimeout(resolve, 25));
    left = processesWith(cookie);
  }
  return left;
}

/** What a process's files say; nothing when it has just ended or isn't ours to read. */
function attempt(read: () => string): string {
  try {
    return read();
  } catch {
    return '';
  }
}
