// Both sides' code as plain text in two columns, for a file beside a task.

import { alignLines } from '@swarm/core';
import type { CodeStory, FunctionStory } from '../report/story.js';
import { oneLine } from '../terminal/line.js';

const WIDTH = 56;

/** All functions that are known; undefined where there are none. */
export function sideBySide(codes: readonly CodeStory[], target: string, oracle: string): string | undefined {
  const functions = codes.flatMap((code) => code.functions);
  if (functions.length === 0) return undefined;
  const more = codes.reduce((sum, code) => sum + code.differing - code.functions.length, 0);
  const tail = more > 0 ? [`${more} more functions of these units differ.`] : [];
  return `${[...functions.map((it) => section(it, target, oracle)), ...tail].join('\n\n')}\n`;
}

function section(it: FunctionStory, target: string, oracle: string): string {
  const head = `${it.unit}: ${it.function}`;
  const columns = `${`target: ${target}`.padEnd(WIDTH)}   oracle: ${oracle}`;
  return [head, columns, '-'.repeat(2 * WIDTH + 3), ...rowsOf(it).map(line), ...cutOff(it)].join('\n');
}

const rowsOf = (it: FunctionStory) => alignLines(it.target, it.oracle);

/** As `diff -y` marks them: `|` changed, `<` only at the left, `>` only at the right. */
function line({ left, right, equal }: ReturnType<typeof rowsOf>[number]): string {
  const mark = equal ? ' ' : left === undefined ? '>' : right === undefined ? '<' : '|';
  const text = (side: string | undefined) => (side === undefined ? '' : side.replace(/\s+$/, ''));
  return `${text(left).padEnd(WIDTH)} ${mark} ${text(right)}`.trimEnd();
}

function cutOff(it: FunctionStory): string[] {
  const cut = it.lines.target > it.target.length || it.lines.oracle > it.oracle.length;
  return cut ? [`... (${it.lines.target} lines by the target, ${it.lines.oracle} by the oracle)`] : [];
}

const EXCERPT = 24;

/** The first differing lines of the most telling function, as a diff from the oracle's code to the target's. */
export function excerpt(codes: readonly CodeStory[]): string[] {
  const it = codes.flatMap((code) => code.functions)[0];
  if (it === undefined) return [];
  const lines = rowsOf(it).flatMap(({ left, right, equal }) => {
    if (equal) return [];
    return [...(right === undefined ? [] : [`-${right}`]), ...(left === undefined ? [] : [`+${left}`])];
  });
  if (lines.length === 0) return [];
  const shown = lines.slice(0, EXCERPT).map((text) => oneLine(text, 120));
  const rest = lines.length - shown.length;
  return [
    `${it.unit}: ${it.function} (- oracle, + target)`,
    ...shown,
    ...(rest > 0 ? [`... ${rest} more lines`] : []),
  ];
}
