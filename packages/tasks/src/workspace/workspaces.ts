// Workspaces: listed, used, removed and collected.
//
// A workspace is recorded before it is made and until
// it is gone, so a process killed in between leaves a record that says so, and the next start finishes the removal. Work that
// exists nowhere else is only ever removed on demand.

import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { EXIT, SwarmError } from '@swarm/core';
import { endWorkDirs, ownerAlive, ownerStamp, removeTree, sweepWorkDirs, withLock } from '@swarm/host';
import { withAdmission } from './admittance.js';
import { dropUnusedCaches } from './cache.js';
import { removeContainers } from './enclosure.js';
import { type ExecRequest, execIn } from './exec.js';
import { dropUnusedMirror } from './mirror.js';
import type { Place } from './place.js';
import {
  checkName,
  folderNames,
  inUse,
  isSandboxed,
  readRecord,
  type WorkspaceRecord,
  writeRecord,
} from './record.js';
import { findUnsaved, type Unsaved } from './unsaved.js';
import { dropWorktree } from './worktree.js';

export interface WorkspaceEntry {
  readonly record: WorkspaceRecord;
  /** Where the files are. */
  readonly path: string;
  readonly state: 'ready' | 'in-use' | 'tampered';
  readonly unsaved: Unsaved;
}

/** Those that are there, by name. */
export async function listWorkspaces(place: Place): Promise<WorkspaceEntry[]> {
  await finishRemovals(place);
  const entries: WorkspaceEntry[] = [];
  for (const name of folderNames(place.layout)) {
    const record = await readRecord(place.layout, name);
    if (record?.state === 'ready') entries.push(await entryOf(place, record));
  }
  return entries;
}

/** How to open a hub from a workspace's tree. What programs in a sandbox write must not get git to run anything outside. */
export function hubPlace(
  { layout }: Place,
  record: WorkspaceRecord,
): { readonly dir: string; readonly remote: 'origin'; readonly apart?: string } {
  const { name } = record;
  const apart = isSandboxed(record) ? { apart: layout.state(name) } : {};
  return { dir: layout.tree(name), remote: 'origin', ...apart };
}

/** Workspaces whose owner is gone: what `collectWorkspaces` would remove. */
export async function leftWorkspaces({ layout }: Place): Promise<WorkspaceRecord[]> {
  const left: WorkspaceRecord[] = [];
  for (const name of folderNames(layout)) {
    const record = await readRecord(layout, name);
    if (record?.state === 'ready' && record.owner !== undefined && !ownerAlive(record.owner))
      left.push(record);
  }
  return left;
}

/** One as it stands. */
export async function entryOf(place: Place, record: WorkspaceRecord): Promise<WorkspaceEntry> {
  const path = place.layout.tree(record.name);
  try {
    const unsaved = await findUnsaved(place, record);
    return { record, path, state: inUse(place.layout, record.name) ? 'in-use' : 'ready', unsaved };
  } catch (error) {
    if (!(error instanceof SwarmError && error.code === 'workspace-tampered')) throw error;
    return { record, path, state: 'tampered', unsaved: { uncommitted: 0, unpushed: 0 } };
  }
}

/** Why a workspace stays, or that it went. */
export type Removal =
  | { readonly kind: 'removed'; readonly name: string; readonly lost: Unsaved }
  | { readonly kind: 'kept'; readonly name: string; readonly reason: string; readonly unsaved: Unsaved };

/** Remove one; with `force` also with what would be lost and with what runs in it. Throws `no-workspace` (exit 2). */
export async function removeWorkspace(place: Place, name: string, force: boolean): Promise<Removal> {
  checkName(name);
  await finishRemovals(place);
  if ((await readRecord(place.layout, name)) === undefined) throw missing(place, name);
  return withLock(place.layout.lock(name), async () => {
    const record = await readRecord(place.layout, name);
    if (record === undefined) throw missing(place, name);
    return removeReady(place, record, force);
  });
}

async function removeReady(place: Place, record: WorkspaceRecord, force: boolean): Promise<Removal> {
  const { name } = record;
  const { state, unsaved } = await entryOf(place, record);
  const reason =
    state === 'ready' ? unsavedReason(unsaved) : state === 'in-use' ? 'a command runs in it' : 'tampered';
  if (reason !== undefined && !force) return { kind: 'kept', name, reason, unsaved };
  await dropWorkspace(place, record);
  return { kind: 'removed', name, lost: unsaved };
}

function unsavedReason({ uncommitted, unpushed }: Unsaved): string | undefined {
  const parts = [
    ...(uncommitted > 0 ? [`${uncommitted} uncommitted ${uncommitted === 1 ? 'change' : 'changes'}`] : []),
    ...(unpushed > 0 ? [`${unpushed} unpushed ${unpushed === 1 ? 'commit' : 'commits'}`] : []),
  ];
  return parts.length === 0 ? undefined : parts.join(', ');
}

export interface Collected {
  readonly removals: readonly Removal[];
  readonly caches: readonly string[];
  readonly mirror: boolean;
}

/** Remove what dead owners left: their workspaces, half-made ones, and with `caches` the caches of agents that are gone. */
export async function collectWorkspaces(
  place: Place,
  options: { readonly force: boolean; readonly caches: boolean },
): Promise<Collected> {
  const { layout } = place;
  const removals: Removal[] = await finishRemovals(place);
  for (const name of folderNames(layout)) {
    const owner = (await readRecord(layout, name))?.owner;
    if (owner === undefined || ownerAlive(owner)) continue;
    removals.push(
      await withLock(layout.lock(name), async () => {
        const record = await readRecord(layout, name);
        if (record?.owner !== owner)
          return { kind: 'kept', name, reason: 'made anew', unsaved: NOTHING } as const;
        return removeReady(place, record, options.force);
      }),
    );
  }
  const caches = options.caches ? await dropUnusedCaches(place) : [];
  return { removals, caches, mirror: await withAdmission(place, () => dropUnusedMirror(place)) };
}

const NOTHING: Unsaved = { uncommitted: 0, unpushed: 0 };

/** Take away what killed processes left half made or half removed, and what still runs for them. Cheap where there is nothing. */
export async function finishRemovals(place: Place): Promise<Removal[]> {
  const { layout } = place;
  const removals: Removal[] = [];
  for (const name of folderNames(layout)) {
    const record = await readRecord(layout, name);
    if (record === undefined) {
      await dropEmptyFolder(place, name);
      continue;
    }
    await sweepRuns(place, record);
    if (record.state === 'ready' || ownerAlive(record.worker ?? '')) continue;
    await withLock(layout.lock(name), async () => {
      const now = await readRecord(layout, name);
      if (now === undefined || now.state === 'ready' || ownerAlive(now.worker ?? '')) return;
      await dropWorkspace(place, now);
      removals.push({ kind: 'removed', name, lost: NOTHING });
    });
  }
  return removals;
}

/** What a kill leaves between the making of a folder and of its record, or between the end of both. */
async function dropEmptyFolder(place: Place, name: string): Promise<void> {
  const { layout } = place;
  await withAdmission(place, async () => {
    if ((await readRecord(layout, name)) === undefined && !existsSync(layout.tree(name)))
      await removeTree(layout.folder(name));
  });
}

/** Commands whose swarm was killed. */
async function sweepRuns(place: Place, { name, container }: WorkspaceRecord): Promise<void> {
  const swept = await sweepWorkDirs(place.layout.runs(name));
  if (container === undefined) return;
  for (const path of swept) await removeContainers(place, container.engine, basename(path));
}

/** Remove all of one. Its record goes last. */
export async function dropWorkspace(place: Place, record: WorkspaceRecord): Promise<void> {
  const { layout } = place;
  const { name, container } = record;
  await writeRecord(layout, { ...record, state: 'removing', worker: ownerStamp() });
  await endRuns(place, name, container?.engine);
  if (record.isolation === 'worktree') await dropWorktree(place, record);
  for (const path of [layout.tree(name), layout.home(name), layout.runs(name)]) await removeTree(path);
  await removeTree(layout.folder(name));
}

const missing = (place: Place, name: string): SwarmError =>
  new SwarmError(`workspace ${name}: there is none in ${place.layout.root}`, {
    code: 'no-workspace',
    exit: EXIT.usage,
    hint: 'see swarm workspace list',
  });

/** Run a command in a workspace; see `execIn`. Throws `no-workspace` (exit 2), too. */
export async function execInWorkspace(place: Place, name: string, request: ExecRequest): Promise<number> {
  checkName(name);
  await finishRemovals(place);
  return execIn(place, await findWorkspace(place, name), request);
}

/** The record of one that is ready. Throws `workspace-name` and `no-workspace` (exit 2). */
export async function findWorkspace(place: Place, name: string): Promise<WorkspaceRecord> {
  checkName(name);
  const record = await readRecord(place.layout, name);
  if (record?.state !== 'ready') throw missing(place, name);
  return record;
}

/** End what runs in a workspace. */
async function endRuns(place: Place, name: string, engine: string | undefined): Promise<void> {
  const ended = await endWorkDirs(place.layout.runs(name));
  if (engine !== undefined) for (const path of ended) await removeContainers(place, engine, basename(path));
}
