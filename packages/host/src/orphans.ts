// Processes that a running program has lost: their parent has ended, they have not. A program that runs others and waits for the
// end of their output waits for these, too.

import { endAtOnce, type Finder } from './ending.js';
import { listProcesses } from './process-table.js';

/** End those of what `find` finds that don't descend from `root` any more; how many there were. Without a root nothing is lost yet. */
export async function endOrphans(find: Finder, root: number | undefined): Promise<number> {
  if (root === undefined) return 0;
  const parents = new Map(listProcesses().map(({ pid, parent }) => [pid, parent]));
  const isOrphan = (pid: number): boolean => {
    for (let it: number | undefined = pid; it !== undefined && it > 1; it = parents.get(it))
      if (it === root) return false;
    return true;
  };
  const orphans = new Set(find().filter(isOrphan));
  if (orphans.size > 0) await endAtOnce(() => find().filter((pid) => orphans.has(pid)));
  return orphans.size;
}
