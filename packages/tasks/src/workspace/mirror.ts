// A local mirror of the hub, from which workspaces borrow objects: a workspace is there in the time of a checkout, and sixteen
// of them take the room of one.
//
// Borrowed objects must never go. So nothing is ever deleted from a mirror while a workspace lives: it is marked as holding
// precious objects, which makes git itself refuse `gc --prune`, `prune` and `repack -d` there, and housekeeping is off.

import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { createWorkDir, makeFolder, removeTree, sweepWorkDirs, withLock } from '@swarm/host';
import { expectDone, expectHub, gitIn, type Place } from './place.js';
import { folderNames, readRecord } from './record.js';

const SETTINGS: readonly (readonly [string, string])[] = [
  ['gc.auto', '0'],
  ['maintenance.auto', 'false'],
  ['gc.pruneExpire', 'never'],
  ['core.repositoryFormatVersion', '1'],
  ['extensions.preciousObjects', 'true'],
];

const pathOf = (place: Place): string => {
  const digest = createHash('sha256').update(place.hub).digest('hex').slice(0, 12);
  return join(place.layout.mirrors(), `${digest}.git`);
};

/** The mirror with all that the hub has now. Throws `git-failed` (exit 3) when the hub can't be read. */
export async function freshMirror(place: Place): Promise<string> {
  const path = pathOf(place);
  makeFolder(place.layout.mirrors(), 'mirrors');
  await withLock(`${path}.lock`, async () => {
    await sweepWorkDirs(place.layout.mirrors());
    if (!existsSync(path)) await makeMirror(place, path);
    const fetched = await gitIn(place, path).run([
      'fetch',
      '--quiet',
      '--prune',
      '--no-write-fetch-head',
      place.hub,
      '+refs/heads/*:refs/heads/*',
      '+refs/tags/*:refs/tags/*',
    ]);
    expectHub(fetched, place.hub);
  });
  return path;
}

/** Made beside its place and moved there, so that there is never half of one. */
async function makeMirror(place: Place, path: string): Promise<void> {
  const work = await createWorkDir(place.layout.mirrors());
  try {
    const draft = join(work.path, 'mirror.git');
    const init = ['init', '--quiet', '--bare', '--initial-branch=main', draft];
    expectDone(await gitIn(place, place.repository).run(init), draft);
    for (const [key, value] of SETTINGS)
      expectDone(await gitIn(place, draft).run(['config', key, value]), draft);
    await rename(draft, path);
  } finally {
    await work.remove();
  }
}

/** Remove the mirror when no workspace borrows from it: it is made anew, without what has piled up. */
export async function dropUnusedMirror(place: Place): Promise<boolean> {
  const path = pathOf(place);
  if (!existsSync(path)) return false;
  return withLock(`${path}.lock`, async () => {
    for (const name of folderNames(place.layout)) {
      const record = await readRecord(place.layout, name);
      if (record === undefined || record.borrows.includes(path)) return false;
    }
    await removeTree(path);
    return true;
  });
}
