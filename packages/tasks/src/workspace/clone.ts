// A clone as a workspace: an index, settings and refs of its own, objects borrowed from the mirror, and the hub as `origin`.

import { copyFile, readdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { makeFolder } from '@swarm/host';
import { expectDone, gitIn, gitInTree, type Place } from './place.js';
import type { WorkspaceRecord } from './record.js';

/**
 * Make the tree from the mirror. With `dissociate` it gets objects of its own: copied, not linked, since a file with two
 * names could be spoiled from inside.
 */
export async function makeClone(
  place: Place,
  record: WorkspaceRecord,
  mirror: string,
  dissociate: boolean,
): Promise<void> {
  const tree = place.layout.tree(record.name);
  const objects = dissociate ? '--no-hardlinks' : '--shared';
  const { author } = record;
  const settings = [`user.name=${author.name}`, `user.email=${author.email}`, 'gc.autoDetach=false'];
  const words = [
    ...['clone', '--quiet', '--no-checkout', objects, '--origin=origin'],
    ...settings.map((setting) => `--config=${setting}`),
    ...[mirror, tree],
  ];
  expectDone(await gitIn(place, place.repository).run(words), tree);
  const git = gitInTree(place, record);
  expectDone(await git.run(['config', 'remote.origin.url', place.hub]), tree);
  await copyHooks(place, join(tree, '.git', 'hooks'));
  makeFolder(join(tree, '.git', 'info'), tree);
  expectDone(await git.run(['checkout', '--quiet', '--no-track', '-b', record.branch, record.base]), tree);
}

/** The hooks that hold in the local repository hold in the clone: each executable file but git's examples. */
async function copyHooks(place: Place, to: string): Promise<void> {
  makeFolder(to, 'hooks');
  // Our git has hooks switched off on its command line, so that asking it for the hooks' path would tell that.
  const own = await gitIn(place, place.repository).run(['config', '--local', '--get', 'core.hooksPath']);
  const common = await gitIn(place, place.repository).run(['rev-parse', '--git-common-dir']);
  const from =
    own.kind === 'done'
      ? resolve(place.repository, own.stdout.trim())
      : resolve(place.repository, expectDone(common, place.repository), 'hooks');
  for (const name of await readdir(from).catch(() => [] as string[])) {
    const file = join(from, name);
    const { mode = 0 } = await stat(file).then((it) => (it.isFile() ? it : { mode: 0 }));
    if ((mode & 0o111) !== 0 && !name.endsWith('.sample')) await copyFile(file, join(to, name));
  }
}
