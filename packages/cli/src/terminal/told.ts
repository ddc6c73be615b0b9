// What a command has to say in the end: a document for programs, a few lines for people, an exit code for scripts.

import type { ExitCode } from '@swarm/core';
import { oneLine, withinBytes } from './line.js';

const MAX_LINES = 10;
const MAX_BYTES = 2048;
const MAX_LINE = 200;

export interface Told {
  readonly document: object;
  /** Most important first; texts from outside may be in them. */
  readonly lines: readonly string[];
  readonly exit: ExitCode;
  /** Print all lines, since someone asked for so many. */
  readonly unlimited?: boolean;
  /** The lines are problems: they go where problems go, to standard error. */
  readonly isProblem?: boolean;
}

interface Printer {
  log(text: string): void;
}

/** Print it, in one of its forms, and set the exit code. */
export function tell(printer: Printer, json: boolean, told: Told): void {
  if (json) printer.log(JSON.stringify(told.document));
  else if (told.isProblem === true) process.stderr.write(`${printedLines(told).join('\n')}\n`);
  else for (const line of printedLines(told)) printer.log(line);
  process.exitCode = told.exit;
}

/** A line with texts from outside in it, as it may be printed. */
export const printedLine = (line: string): string => oneLine(line, MAX_LINE);

/** At most ten lines and 2 KB, each of them safe. */
function printedLines({ lines, unlimited }: Told): string[] {
  const safe = lines.map(printedLine);
  return unlimited === true ? safe : withinBytes(safe.slice(0, MAX_LINES), MAX_BYTES);
}
