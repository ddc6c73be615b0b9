// Two texts beside each other: which lines are common, and which differ. The alignment is a longest common subsequence by
// the textbook table, after what is common at both ends is taken off; texts too large for a table are paired by place.

/** One line of the view: both sides where they are equal or stand for each other, else one of them. */
export interface AlignedLine {
  readonly left: string | undefined;
  readonly right: string | undefined;
  readonly equal: boolean;
}

/** The most cells that a table may have: 2,000 by 2,000 differing lines, 8 MB. */
const MOST_CELLS = 4_000_000;

/** Align two texts by lines. A line changed in place is one row with both sides, `equal: false`. */
export function alignLines(left: readonly string[], right: readonly string[]): AlignedLine[] {
  let start = 0;
  while (start < left.length && start < right.length && left[start] === right[start]) start++;
  let tail = 0;
  const room = Math.min(left.length, right.length) - start;
  while (tail < room && left[left.length - 1 - tail] === right[right.length - 1 - tail]) tail++;
  const a = left.slice(start, left.length - tail);
  const b = right.slice(start, right.length - tail);
  const middle = a.length * b.length <= MOST_CELLS ? byTable(a, b) : paired(a, b);
  const same = (line: string): AlignedLine => ({ left: line, right: line, equal: true });
  return [...left.slice(0, start).map(same), ...middle, ...left.slice(left.length - tail).map(same)];
}

function byTable(a: readonly string[], b: readonly string[]): AlignedLine[] {
  const width = b.length + 1;
  const longest = new Uint16Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--)
      longest[i * width + j] =
        a[i] === b[j]
          ? longest[(i + 1) * width + j + 1]! + 1
          : Math.max(longest[(i + 1) * width + j]!, longest[i * width + j + 1]!);
  const rows: AlignedLine[] = [];
  let [i, j] = [0, 0];
  let [goneFrom, newFrom] = [0, 0];
  while (i < a.length && j < b.length) {
    if (a[i] === b[j]) {
      rows.push(...paired(a.slice(goneFrom, i), b.slice(newFrom, j)), {
        left: a[i],
        right: b[j],
        equal: true,
      });
      [goneFrom, newFrom] = [++i, ++j];
    } else if (longest[(i + 1) * width + j]! >= longest[i * width + j + 1]!) i++;
    else j++;
  }
  return [...rows, ...paired(a.slice(goneFrom), b.slice(newFrom))];
}

/** Line beside line, the longer side's rest alone. */
const paired = (a: readonly string[], b: readonly string[]): AlignedLine[] =>
  Array.from({ length: Math.max(a.length, b.length) }, (_, i) => ({
    left: a[i],
    right: b[i],
    equal: a[i] === b[i],
  }));
