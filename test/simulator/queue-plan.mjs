// Changes for the simulation of a landing queue, and what must become of each. Good ones add a file of their own; bad ones break a
// test; of a pair each is fine without the other; rivals write one file differently.

import { LINES, PAIRS } from './queue-project.mjs';

/** In the order in which they are handed in. Every second one closes a task. */
export function planChanges({ count, bad, random }) {
  const kinds = Array.from({ length: count }, () => ({ kind: random() < bad ? 'bad' : 'good' }));
  const pairs = Math.min(PAIRS, Math.floor(count / 25));
  const place = (kind, group, members) => {
    // Beside each other, so that they meet in a batch as a rule.
    const at = Math.floor(random() * (count - 3));
    for (const [i, side] of members.entries()) {
      let to = at + i;
      while (kinds[to].group !== undefined) to = (to + 1) % count;
      kinds[to] = { kind, group, side };
    }
  };
  for (let group = 0; group < pairs; group++) place('pair', group, ['a', 'b']);
  for (let group = 0; group < pairs; group++) place('rival', group, ['x', 'y', 'z']);
  return kinds.map((it, i) => {
    const id = `c${String(i).padStart(3, '0')}-${it.kind}`;
    const line = Math.floor(random() * LINES);
    return { id, ...it, line, isTask: i % 2 === 0, files: filesOf(it, id, line) };
  });
}

function filesOf({ kind, group, side }, id, line) {
  switch (kind) {
    case 'good':
      return { [`src/work/${id}`]: `${id}\n` };
    case 'bad':
      return { [`src/line-${line}`]: `no, says ${id}\n` };
    case 'pair':
      return { [`src/pair/${group}-${side}`]: `${id}\n` };
    case 'rival':
      return { [`src/rivals-${group}`]: `${id}\n` };
  }
}

/** The test that a change fails when it is evicted; undefined for conflicts. */
export const testOf = ({ kind, group, line }) =>
  kind === 'bad' ? `tests/line-${line}.sh` : kind === 'pair' ? `tests/pair-${group}.sh` : undefined;
