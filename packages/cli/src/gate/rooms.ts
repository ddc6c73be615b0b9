// Where the gate runs what a change brings: in rooms isolated as a workspace is, one for each side, so that neither reaches the other.

import type { CheckRoom } from '@swarm/tasks';
import { ownPaths } from '../fleet/own-program.js';
import { placeOf } from '../workspace/flags.js';

export interface Rooms {
  /** What of it may change what a test comes to. */
  readonly kind: readonly unknown[];
  /** One for the tree at a path, of which programs can't move these folders away. */
  readonly open: (tree: string, held: readonly string[]) => Promise<CheckRoom>;
}

export interface RoomFlags {
  readonly root?: string | undefined;
  readonly workspace?: string | undefined;
}

/** Undefined where no workspace is named, or one without a sandbox. Throws `no-workspace` (exit 2). */
export async function roomsOf(
  {
    dir,
    remote,
    root,
    workspace,
  }: RoomFlags & { readonly dir: string; readonly remote?: string | undefined },
  signal: AbortSignal,
): Promise<Rooms | undefined> {
  if (workspace === undefined) return undefined;
  const { findWorkspace, isSandboxed, openCheckRoom } = await import('@swarm/tasks');
  const { place } = await placeOf({ dir, remote, root }, signal);
  const record = await findWorkspace(place, workspace);
  if (!isSandboxed(record)) return undefined;
  const { isolation, network, container, readOnly, pass } = record;
  return {
    kind: [isolation, network, container, readOnly, pass],
    open: (tree, held) => openCheckRoom(place, record, { tree, held, shows: ownPaths() }),
  };
}
