// How often do two pieces of work meet in a file? Measured on work that was done: any two of them are as likely to be done at the same time.

export interface Overlap {
  /** Pieces of work that were looked at. */
  readonly works: number;
  /** The share of pairs that have a file in common; 0 for fewer than two. */
  readonly share: number;
  /** Files in most of them, most first: at most five, and none that only one has. */
  readonly hot: readonly { readonly path: string; readonly works: number }[];
}

const HOT = 5;
/** A change of more files is a sweep over everything: a renaming, an import. It says nothing of how people work at the same time. */
const MOST_FILES = 100;

/** Each item: the paths that one piece of work changed. Cost: the sum over files of the square of how many have it. */
export function overlapOf(works: readonly (readonly string[])[]): Overlap {
  const looked = works.filter(({ length }) => length > 0 && length <= MOST_FILES);
  const having = new Map<string, number[]>();
  for (const [index, paths] of looked.entries())
    for (const path of new Set(paths)) having.set(path, [...(having.get(path) ?? []), index]);
  const meeting = new Set<number>();
  for (const indexes of having.values())
    for (const [nth, one] of indexes.entries())
      for (const other of indexes.slice(nth + 1)) meeting.add(one * looked.length + other);
  const pairs = (looked.length * (looked.length - 1)) / 2;
  const hot = [...having]
    .map(([path, { length }]) => ({ path, works: length }))
    .filter((file) => file.works > 1)
    .sort((a, b) => b.works - a.works || (a.path < b.path ? -1 : 1));
  return {
    works: looked.length,
    share: pairs === 0 ? 0 : meeting.size / pairs,
    hot: hot.slice(0, HOT),
  };
}
