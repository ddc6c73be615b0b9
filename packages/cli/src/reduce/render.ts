// The human output of a reduction: the sizes, the file, and the two commands; the log's path last.

import { dirname, join, relative } from 'node:path';
import { oneLine, seconds } from '../terminal/line.js';
import type { ReduceDocument, TextSize } from './document.js';

const LONGEST = 400;

const shownSize = ({ lines, bytes }: TextSize): string => `${lines} lines, ${bytes} bytes`;

export function renderReduce(document: ReduceDocument, cwd: string): string[] {
  const shown = (path: string) => {
    const short = relative(cwd, path);
    return short.startsWith('..') ? path : short;
  };
  const { failure, before, after, commands } = document;
  /** A link of many objects is too long for a line: it is in a script beside the file. */
  const commandLine = (side: 'oracle' | 'target') => {
    const command = commands?.[side] ?? '';
    const script = shown(join(dirname(document.log), `${side}.sh`));
    return `${side}: ${command.length > LONGEST ? `sh ${script}` : command}`;
  };
  const what = document.mode === 'standalone' ? 'a whole program' : 'the unit in its program';
  const state = document.complete ? '' : ', not at its end: --resume goes on';
  return [
    oneLine(`REDUCED ${document.culprit.members.join(' + ')}: ${failure.kind}: ${failure.detail}`),
    `${shownSize(before)} -> ${shownSize(after)}, ${what}, ${document.tests} candidates, ${seconds(document.seconds * 1000)} (${document.engine}${state})`,
    `file: ${shown(document.file)}${document.task === undefined ? '' : `, attached to task ${document.task}`}`,
    ...document.notes.slice(0, 3).map((note) => oneLine(`note: ${note}`)),
    ...(commands === null ? [] : [commandLine('oracle'), commandLine('target')]),
    `log: ${shown(document.log)}`,
  ];
}
