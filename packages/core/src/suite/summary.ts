// What a person or an agent reads at the end of a run: at most ten lines and 2 KB, whatever the tests printed or are
// called. Every line begins with a word of ours, and what comes from outside stands on the rest of that line, made safe: so
// no test can forge a line.

import { EXIT, type ExitCode } from '../errors.js';
import { oneLine, seconds, withinBytes } from '../text-line.js';
import type { Counts, Inference, Named } from './tally.js';

export interface Summary {
  readonly counts: Counts;
  /** The first ones of each. */
  readonly failures: readonly Named[];
  readonly unresolved: readonly Named[];
  readonly flaky: readonly Named[];
  /** Left out where no sample was drawn. */
  readonly inference?: Inference;
  readonly wallMs: number;
  readonly interrupted: boolean;
  /** Words on which part of the suite it was: `window 3 of 10`. */
  readonly part: string;
  /** The command that runs the very same sample again. */
  readonly replay: string;
  readonly log: string;
}

const MOST_LINES = 10;
const MOST_BYTES = 2048;
const ID_LENGTH = 120;
const LINE_LENGTH = 200;

/** One word for how it went. Failing tests count most: a run that was cut short has still seen them. */
export function verdictOf({
  counts,
  interrupted,
}: Pick<Summary, 'counts' | 'interrupted'>): 'FAIL' | 'INTERRUPTED' | 'UNRESOLVED' | 'PARTIAL' | 'PASS' {
  if (counts.fail > 0) return 'FAIL';
  if (interrupted) return 'INTERRUPTED';
  if (counts.unresolved > 0) return 'UNRESOLVED';
  return counts.notRun > 0 ? 'PARTIAL' : 'PASS';
}

/** The exit code of a run that nobody interrupted. Nothing run at all is never green. */
export function exitCodeOf(counts: Counts): ExitCode {
  if (counts.fail > 0) return EXIT.refused;
  if (counts.unresolved > 0) return EXIT.environment;
  if (counts.notRun > 0) return EXIT.partial;
  return counts.pass + counts.skip === 0 ? EXIT.nothing : EXIT.done;
}

/** The lines to print. */
export function summaryLines(summary: Summary): string[] {
  const { counts, log } = summary;
  const end = [
    statisticsLine(summary),
    `replay: ${oneLine(`${summary.replay} (${summary.part})`, 300)}`,
    `log: ${oneLine(log, 400)}`,
  ];
  const named = [
    ...summary.failures.map((it) => namedLine('ERROR', it)),
    ...summary.unresolved.map((it) => namedLine('UNRESOLVED', it)),
    ...summary.flaky.map((it) => namedLine('FLAKY', it)),
  ];
  const all = counts.fail + counts.unresolved + counts.flaky;
  const room = MOST_LINES - end.length;
  const shown = all <= room ? named : named.slice(0, room - 1);
  const more = all > shown.length ? [`... ${all - shown.length} more: ${oneLine(log, 400)}`] : [];
  return withinBytes([...shown, ...more, ...end], MOST_BYTES);
}

function namedLine(word: string, { id, reason }: Named): string {
  return oneLine(`${word} ${oneLine(id, ID_LENGTH)}: ${reason}`, LINE_LENGTH);
}

function statisticsLine({ counts, inference, wallMs, ...summary }: Summary): string {
  const verdict = verdictOf({ counts, ...summary });
  const ended = counts.pass + counts.fail + counts.skip;
  const total = inference?.total ?? ended + counts.notRun + counts.unresolved;
  const parts = [
    verdict === 'FAIL' ? `${counts.fail} of ${ended} failed` : '',
    counts.skip > 0 ? `${counts.skip} skipped` : '',
    counts.notRun > 0 ? `${counts.notRun} NOT RUN` : '',
    counts.unresolved > 0 ? `${counts.unresolved} unresolved` : '',
    counts.flaky > 0 ? `${counts.flaky} flaky` : '',
  ].filter((part) => part !== '');
  const cut = verdict === 'FAIL' && summary.interrupted ? ' (interrupted)' : '';
  const counted = parts.length === 0 ? '' : `, ${parts.join(', ')}`;
  return `${verdict} ${ended}/${total} in ${seconds(wallMs)}${counted}${cut}${inferred(inference)}`;
}

/** Nothing where everything ran, or nothing did: then there is nothing to infer. */
function inferred(inference: Inference | undefined): string {
  if (inference === undefined || inference.ran === 0 || inference.ran >= inference.total) return '';
  const { total, failingAtMost, breaks, caught } = inference;
  return (
    `; at 95%: <= ${failingAtMost} of ${total} failing; ` +
    `a change that breaks ${breaks} ${breaks === 1 ? 'test' : 'tests'} is caught in ${percent(caught)}`
  );
}

/** Rounded down, so that what isn't sure is never called 100%; the arithmetic's own error is allowed for. */
function percent(share: number): string {
  if (share >= 1) return '100%';
  const exact = 100 * share + 1e-9;
  return exact < 1 ? `${Math.floor(exact * 10) / 10}%` : `${Math.min(99, Math.floor(exact))}%`;
}
