// How workspaces may be kept apart: the words of the config, of the flag and of a workspace's record.

export const ISOLATIONS = ['clone', 'worktree', 'bubblewrap', 'container'] as const;

/**
 * `clone`: a clone of its own. `worktree`: a worktree of the local repository. `bubblewrap`: a clone whose programs see only
 * it and a read-only system. `container`: the same in a container of a given image.
 */
export type Isolation = (typeof ISOLATIONS)[number];
