// What the workspace commands print: the document, and at most ten lines for people.

import type { Collected, Removal, WorkspaceEntry } from '@swarm/tasks';
import { oneLine, withinBytes } from '../terminal/line.js';

interface ListedWorkspace {
  readonly name: string;
  readonly isolation: string;
  readonly path: string;
  readonly state: string;
  readonly branch: string;
  readonly base: string;
  readonly hub: string;
  readonly uncommitted: number;
  readonly unpushed: number;
  readonly limits: {
    readonly memoryBytes?: number;
    readonly processes?: number;
    readonly diskBytes?: number;
  };
  readonly created: string;
}

interface RemovedWorkspace {
  readonly name: string;
  /** What went with it. */
  readonly uncommitted: number;
  readonly unpushed: number;
}

export interface WorkspaceDocument {
  readonly schema: 'swarm.workspace/1';
  readonly action: 'create' | 'list' | 'remove' | 'gc';
  readonly workspaces: readonly ListedWorkspace[];
  readonly removed: readonly RemovedWorkspace[];
  readonly kept: readonly (RemovedWorkspace & { readonly reason: string })[];
  /** Agents whose caches were removed. */
  readonly caches: readonly string[];
}

const MAX_LINES = 10;
const MAX_BYTES = 2048;
const MAX_LINE = 190;

export const workspacesDocument = (
  action: 'create' | 'list',
  entries: readonly WorkspaceEntry[],
): WorkspaceDocument => ({
  schema: 'swarm.workspace/1',
  action,
  workspaces: entries.map(({ record, path, state, unsaved }) => ({
    name: record.name,
    isolation: record.isolation,
    path,
    state,
    branch: record.branch,
    base: record.base,
    hub: record.hub,
    ...unsaved,
    limits: record.limits,
    created: record.created,
  })),
  removed: [],
  kept: [],
  caches: [],
});

export const removalsDocument = (
  action: 'remove' | 'gc',
  { removals, caches }: Pick<Collected, 'removals' | 'caches'>,
): WorkspaceDocument => ({
  schema: 'swarm.workspace/1',
  action,
  workspaces: [],
  removed: removals.flatMap((it) => (it.kind === 'removed' ? [{ name: it.name, ...it.lost }] : [])),
  kept: removals.flatMap((it) =>
    it.kind === 'kept' ? [{ name: it.name, reason: it.reason, ...it.unsaved }] : [],
  ),
  caches,
});

/** The lines for people. */
export function renderWorkspaces(document: WorkspaceDocument): string[] {
  const lines = [
    ...document.workspaces.map(listedLine),
    ...document.removed.map(removedLine),
    ...document.kept.map(({ name, reason }) => `ERROR workspace ${name}: kept: ${reason}`),
    ...document.caches.map((name) => `removed the cache of ${name}`),
  ];
  if (lines.length === 0) return [document.action === 'list' ? 'no workspaces' : 'nothing to remove'];
  const kept =
    lines.length <= MAX_LINES
      ? lines
      : [...lines.slice(0, MAX_LINES - 1), `... ${lines.length - MAX_LINES + 1} more: --json has all`];
  return withinBytes(
    kept.map((line) => oneLine(line, MAX_LINE)),
    MAX_BYTES,
  );
}

function listedLine({ name, isolation, state, path, uncommitted, unpushed }: ListedWorkspace): string {
  const unsaved = uncommitted + unpushed === 0 ? 'clean' : lossOf({ uncommitted, unpushed });
  return `${name}  ${isolation}  ${state}  ${unsaved}  ${path}`;
}

const removedLine = ({ name, ...lost }: RemovedWorkspace): string =>
  `removed ${name}${lost.uncommitted + lost.unpushed === 0 ? '' : `, and with it ${lossOf(lost)}`}`;

const lossOf = ({ uncommitted, unpushed }: Omit<RemovedWorkspace, 'name'>): string =>
  `${uncommitted} uncommitted, ${unpushed} unpushed`;

/** True when something that was to go stays. */
export const isRefused = (removals: readonly Removal[]): boolean =>
  removals.some(({ kind }) => kind === 'kept');
