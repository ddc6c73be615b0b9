// The nearest known name to one that was mistyped.

/** Edits (insert, delete, replace, swap of neighbours) that turn `a` into `b`. O(length of a x length of b). */
export function editDistance(a: string, b: string): number {
  const rows = a.length + 1;
  const columns = b.length + 1;
  const cost = Array.from({ length: rows }, (_, i) => [i, ...new Array<number>(columns - 1).fill(0)]);
  for (let j = 0; j < columns; j++) cost[0]![j] = j;
  for (let i = 1; i < rows; i++) {
    for (let j = 1; j < columns; j++) {
      const replaced = cost[i - 1]![j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      let least = Math.min(replaced, cost[i - 1]![j]! + 1, cost[i]![j - 1]! + 1);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (swapped) least = Math.min(least, cost[i - 2]![j - 2]! + 1);
      cost[i]![j] = least;
    }
  }
  return cost[a.length]![b.length]!;
}

/** The known name that `name` was most likely meant to be; undefined when none is near. Case doesn't count. */
export function nearestName(name: string, known: readonly string[]): string | undefined {
  const wanted = name.toLowerCase();
  const near = known
    .map((candidate) => ({ candidate, distance: editDistance(wanted, candidate.toLowerCase()) }))
    .filter(({ candidate, distance }) => distance <= Math.max(1, Math.min(3, candidate.length / 3)))
    .sort((a, b) => a.distance - b.distance);
  return near[0]?.candidate;
}
