// Lets a workspace in: measures, asks the rule, and writes the record down before anybody else may ask.

import { existsSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { admit, type Capacity, EXIT, SwarmError } from '@swarm/core';
import { makeFolder, readCapacity, withLock } from '@swarm/host';
import type { Place } from './place.js';
import { folderNames, readRecord, type WorkspaceRecord, writeRecord } from './record.js';

/** What the rest of the machine keeps. */
const RESERVE: Capacity = { memoryBytes: 256 * 2 ** 20, diskBytes: 512 * 2 ** 20 };

/** What decides over all workspaces at once, one after the other. */
export function withAdmission<T>({ layout }: Place, work: () => Promise<T>): Promise<T> {
  makeFolder(layout.lock(''), 'workspaces');
  return withLock(layout.lock('.admission'), work);
}

/**
 * Throws `no-room` (exit 1); else the folder and the record are there. False, and nothing is, where the mirror that it would borrow
 * from has been collected meanwhile.
 */
export async function admitWorkspace(place: Place, record: WorkspaceRecord): Promise<boolean> {
  const { layout } = place;
  return withAdmission(place, async () => {
    if (!record.borrows.every((path) => existsSync(path))) return false;
    const admission = admit({
      need: { memoryBytes: record.limits.memoryBytes ?? 0, diskBytes: record.limits.diskBytes ?? 0 },
      free: await readCapacity(layout.root),
      promised: await promised(place),
      reserve: RESERVE,
    });
    if (admission.kind === 'refused') {
      const [needed, left] = [admission.neededBytes, admission.leftBytes].map((bytes) =>
        Math.floor(bytes / 2 ** 20),
      );
      throw new SwarmError(
        `workspace ${record.name}: no room: it may take ${needed} MiB of ${admission.what}, and ${left} MiB are left`,
        {
          code: 'no-room',
          exit: EXIT.refused,
          hint: 'remove workspaces (swarm workspace gc), or make this one with lower limits',
        },
      );
    }
    await mkdir(layout.folder(record.name), { recursive: true, mode: 0o700 });
    await writeRecord(layout, record);
    return true;
  });
}

/** What workspaces that are there may still take of their limits. What their programs use now is not free any more anyway. */
async function promised({ layout }: Place): Promise<Capacity> {
  let [memoryBytes, diskBytes] = [0, 0];
  for (const name of folderNames(layout)) {
    const { limits } = (await readRecord(layout, name)) ?? {};
    memoryBytes += limits?.memoryBytes ?? 0;
    if (limits?.diskBytes === undefined) continue;
    diskBytes += Math.max(0, limits.diskBytes - (await usedBytes(layout.usage(name))));
  }
  return { memoryBytes, diskBytes };
}

/** What was measured after its last command; 0 before the first. */
async function usedBytes(file: string): Promise<number> {
  try {
    return Number(JSON.parse(await readFile(file, 'utf8')).diskBytes) || 0;
  } catch {
    return 0;
  }
}
