// What is written down about a workspace, and where: its record says what it is and who may clean it up. A record is
// replaced as a whole, and it is there before anything that it speaks of, so that whatever a killed process left is known.

import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EXIT, SwarmError } from '@swarm/core';
import { type Isolation, ownerAlive, writeFileAtomic } from '@swarm/host';

/** What all programs in a workspace together may take; what is left out is not limited. */
export interface WorkspaceLimits {
  readonly memoryBytes?: number;
  readonly processes?: number;
  /** For its files, temporary ones and the own home among them, but not what is kept in its cache. */
  readonly diskBytes?: number;
}

export interface WorkspaceRecord {
  readonly schema: 'swarm.workspace-record/1';
  readonly name: string;
  readonly isolation: Isolation;
  readonly state: 'creating' | 'ready' | 'removing';
  /** The process that makes or removes it, while it does. */
  readonly worker?: string;
  /** Collected when this process is gone. Left out: it stays until it is removed. */
  readonly owner?: string;
  /** The hub's address. */
  readonly hub: string;
  readonly branch: string;
  /** The commit that work begins from. */
  readonly base: string;
  /** Repositories that it borrows objects from: seen read-only from inside. */
  readonly borrows: readonly string[];
  readonly author: { readonly name: string; readonly email: string };
  readonly limits: WorkspaceLimits;
  /** Paths of build outputs, relative to the tree, that live in the agent's cache. */
  readonly keep: readonly string[];
  /** Of a sandbox: all of it, these hosts (see core's `readHostRule`), or none. */
  readonly network: boolean | readonly string[];
  /** Names of variables that are passed on from outside. */
  readonly pass: readonly string[];
  /** More that may be read from inside a sandbox: absolute paths. */
  readonly readOnly: readonly string[];
  readonly container?: { readonly engine: string; readonly image: string };
  /** ISO 8601, for people only. */
  readonly created: string;
}

/** Its programs see only what they are shown. */
export const isSandboxed = ({ isolation }: Pick<WorkspaceRecord, 'isolation'>): boolean =>
  isolation === 'bubblewrap' || isolation === 'container';

/** The hosts that its programs may reach, where they reach some and not all. */
export const hostsOf = (record: Pick<WorkspaceRecord, 'isolation' | 'network'>): readonly string[] =>
  isSandboxed(record) && typeof record.network !== 'boolean' ? record.network : [];

/** All folders of one root. */
export class Layout {
  constructor(readonly root: string) {}

  readonly workspaces = (): string => join(this.root, 'at');
  /** Everything of one workspace. */
  readonly folder = (name: string): string => join(this.root, 'at', name);
  readonly record = (name: string): string => join(this.folder(name), 'workspace.json');
  readonly tree = (name: string): string => join(this.folder(name), 'tree');
  readonly home = (name: string): string => join(this.folder(name), 'home');
  /** Where swarm itself keeps what is about it: its programs don't reach it. */
  readonly state = (name: string): string => join(this.folder(name), 'state');
  /** A folder for each command that runs in it, named for its owner. */
  readonly runs = (name: string): string => join(this.folder(name), 'runs');
  readonly usage = (name: string): string => join(this.folder(name), 'usage.json');
  readonly cache = (name: string): string => join(this.root, 'caches', name);
  readonly lock = (name: string): string => join(this.root, 'locks', name);
  readonly mirrors = (): string => join(this.root, 'mirrors');
}

/** A folder's, a branch's and a container's name at once. Throws `workspace-name` (exit 2). */
export function checkName(name: string): void {
  if (/^[a-z0-9](?:[a-z0-9-]{0,46}[a-z0-9])?$/.test(name)) return;
  throw new SwarmError(`workspace ${JSON.stringify(name)}: not a name`, {
    code: 'workspace-name',
    exit: EXIT.usage,
    hint: 'use lower-case letters, digits and hyphens, at most 48',
  });
}

/** Undefined where there is none, or none that can be read: a record is written as a whole or not at all. */
export async function readRecord(layout: Layout, name: string): Promise<WorkspaceRecord | undefined> {
  try {
    const record = JSON.parse(await readFile(layout.record(name), 'utf8')) as WorkspaceRecord;
    return record.schema === 'swarm.workspace-record/1' && record.name === name ? record : undefined;
  } catch {
    return undefined;
  }
}

export const writeRecord = (layout: Layout, record: WorkspaceRecord): Promise<void> =>
  writeFileAtomic(layout.record(record.name), `${JSON.stringify(record, null, 2)}\n`);

/** The names of all folders, whole workspaces or what is left of them. */
export function folderNames(layout: Layout): string[] {
  try {
    return readdirSync(layout.workspaces()).sort();
  } catch {
    return [];
  }
}

/** True while a command runs in it. */
export function inUse(layout: Layout, name: string): boolean {
  try {
    return readdirSync(layout.runs(name)).some(ownerAlive);
  } catch {
    return false;
  }
}
