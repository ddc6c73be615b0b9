// Making a workspace: admitted, recorded, made, and only then ready. One lock a name: of two that make the same one, the second
// finds it there.

import { existsSync } from 'node:fs';
import { EXIT, SwarmError } from '@swarm/core';
import {
  type Isolation,
  makeFolder,
  ownerStamp,
  stampOf,
  type WorkspacesConfig,
  withLock,
} from '@swarm/host';
import { admitWorkspace } from './admittance.js';
import { attachCache, checkKept } from './cache.js';
import { makeClone } from './clone.js';
import { checkBubblewrap, checkContainer } from './engine.js';
import { freshMirror } from './mirror.js';
import { expectHub, gitIn, type Place } from './place.js';
import { checkName, readRecord, type WorkspaceLimits, type WorkspaceRecord, writeRecord } from './record.js';
import { dropWorkspace, entryOf, finishRemovals, type WorkspaceEntry } from './workspaces.js';
import { checkAddress, makeWorktree } from './worktree.js';

/** `engine` left out: the first that is there. */
export interface WorkspaceRequest
  extends Pick<WorkspacesConfig, 'keep' | 'network' | 'pass' | 'readOnly' | 'image' | 'engine'> {
  readonly name: string;
  readonly isolation: Isolation;
  /** Where work begins: a branch of the hub or a commit. Default `main`. */
  readonly from?: string;
  /** The process whose end makes it garbage. Left out: it stays until it is removed. */
  readonly ownerPid?: number;
  readonly limits?: WorkspaceLimits;
  /** Give a clone objects of its own instead of borrowing the mirror's. */
  readonly dissociate?: boolean;
  readonly author?: { readonly name: string; readonly email: string };
}

/**
 * Make a workspace. Throws `workspace-exists`, `workspace-broken` and `no-room` (exit 1), `workspace-name`, `no-base` and `container-missing` (exit 2),
 * and `git-failed` (exit 3); then nothing of it is left.
 */
export async function createWorkspace(place: Place, request: WorkspaceRequest): Promise<WorkspaceEntry> {
  const { layout } = place;
  checkName(request.name);
  checkKept(request.keep ?? []);
  for (const folder of [layout.workspaces(), layout.lock('.')]) makeFolder(folder, 'workspaces');
  await finishRemovals(place);
  return withLock(layout.lock(request.name), async () => {
    const there = await readRecord(layout, request.name);
    if (there !== undefined) throw exists(there);
    if (existsSync(layout.tree(request.name))) throw broken(request.name, layout.folder(request.name));
    let record = await plannedRecord(place, request);
    while (!(await admitWorkspace(place, record))) record = await plannedRecord(place, request);
    try {
      await makeTree(place, record, request.dissociate === true);
      const { worker: _, ...made } = record;
      const ready = { ...made, state: 'ready' as const };
      await writeRecord(layout, ready);
      return await entryOf(place, ready);
    } catch (error) {
      await dropWorkspace(place, record);
      throw error;
    }
  });
}

const exists = ({ name, isolation, created }: WorkspaceRecord): SwarmError =>
  new SwarmError(`workspace ${name}: already there, a ${isolation} of ${created}`, {
    code: 'workspace-exists',
    exit: EXIT.refused,
    hint: `use it, or remove it with swarm workspace remove ${name}`,
  });

/** Files whose record can't be read may be somebody's work: nobody touches them. */
const broken = (name: string, folder: string): SwarmError =>
  new SwarmError(`workspace ${name}: ${folder} holds files, and no record that can be read`, {
    code: 'workspace-broken',
    exit: EXIT.refused,
    hint: 'save what is worth it, and remove the folder by hand',
  });

async function plannedRecord(place: Place, request: WorkspaceRequest): Promise<WorkspaceRecord> {
  const { name, isolation, ownerPid } = request;
  const container = isolation === 'container' ? await checkContainer(place, request) : undefined;
  if (isolation === 'bubblewrap') await checkBubblewrap(place);
  if (isolation === 'worktree') checkAddress(place);
  const mirror = isolation === 'worktree' ? undefined : await freshMirror(place);
  const base = await findBase(place, mirror, request.from ?? 'main');
  return {
    schema: 'swarm.workspace-record/1',
    name,
    isolation,
    state: 'creating',
    worker: ownerStamp(),
    ...(ownerPid === undefined ? {} : { owner: stampOf(ownerPid) }),
    hub: place.hub,
    branch: `swarm/${name}`,
    base,
    borrows: mirror === undefined || request.dissociate === true ? [] : [mirror],
    author: request.author ?? { name, email: `${name}@swarm.invalid` },
    limits: request.limits ?? {},
    keep: request.keep ?? [],
    network: request.network ?? false,
    pass: request.pass ?? [],
    readOnly: request.readOnly ?? [],
    ...(container === undefined ? {} : { container }),
    created: new Date().toISOString(),
  };
}

/** In the mirror a branch is where the hub has it; for a worktree the hub's branch is asked before the local one. */
async function findBase(place: Place, mirror: string | undefined, from: string): Promise<string> {
  const git = gitIn(place, mirror ?? place.repository);
  if (mirror === undefined && place.remote !== undefined)
    expectHub(await git.run(['fetch', '--quiet', place.remote.name]), place.hub);
  const names =
    mirror === undefined
      ? [`refs/remotes/${place.remote?.name}/${from}`, from]
      : [`refs/heads/${from}`, from];
  for (const name of names) {
    const found = await git.run(['rev-parse', '--quiet', '--verify', '--end-of-options', `${name}^{commit}`]);
    if (found.kind === 'done') return found.stdout.trim();
  }
  throw new SwarmError(`workspace: the hub has no branch or commit ${from}`, {
    code: 'no-base',
    exit: EXIT.usage,
    hint: `push one to ${place.hub}, or name another with --from`,
  });
}

async function makeTree(place: Place, record: WorkspaceRecord, dissociate: boolean): Promise<void> {
  const { layout } = place;
  for (const folder of [layout.home(record.name), layout.runs(record.name)])
    makeFolder(folder, 'workspace', 0o700);
  if (record.isolation === 'worktree') await makeWorktree(place, record);
  else await makeClone(place, record, await freshMirrorOf(place, record), dissociate);
  await attachCache(place, record);
}

/** What it borrows from, or the mirror that is copied. */
const freshMirrorOf = async (place: Place, record: WorkspaceRecord): Promise<string> =>
  record.borrows[0] ?? freshMirror(place);
