// How a run is asked to stop from another process: by a file in its folder. Signals would do for one process on one machine; a
// file is seen from containers too, can be read by `swarm status`, and means the same however often it is said.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomic } from '@swarm/host';

/** `finish`: sessions that run may finish. `now`: they are ended. */
export type StopHow = 'finish' | 'now';

const LOOK_MS = 500;

const fileIn = (folder: string): string => join(folder, 'stop');

/** Throws `disk-full` and `read-only` (exit 3). */
export const askToStop = (folder: string, how: StopHow): Promise<void> =>
  writeFileAtomic(fileIn(folder), `${how}\n`);

/** What was asked of the run in this folder; undefined: nothing. */
export async function stopAsked(folder: string): Promise<StopHow | undefined> {
  const text = await readFile(fileIn(folder), 'utf8').catch(() => '');
  return text.startsWith('now') ? 'now' : text === '' ? undefined : 'finish';
}

/** Look for requests until released; each is told once. */
export function watchStop(folder: string, onStop: (how: StopHow) => void): () => void {
  let last: StopHow | undefined;
  const timer = setInterval(async () => {
    const how = await stopAsked(folder);
    if (how !== undefined && how !== last) onStop(how);
    last = how;
  }, LOOK_MS);
  return () => clearInterval(timer);
}
