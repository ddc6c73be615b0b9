// The human output of a bisect: at most 10 lines and 2 KB, the log's path last.

import { relative } from 'node:path';
import { count, oneLine, seconds, withinBytes } from '../terminal/line.js';
import type { BisectDocument, CulpritEntry, CulpritGroup, RejectedEntry } from './document.js';

const MAX_LINES = 10;
const MAX_BYTES = 2048;
const MAX_LINE = 190;

/** The lines to print; paths under `cwd` are shown relative to it. */
export function renderBisect(document: BisectDocument, cwd: string): string[] {
  const shown = relative(cwd, document.log);
  const log = shown.startsWith('..') ? document.log : shown;
  const tail = [...rejectedLines(document.rejected), statsLine(document), ...nextLines(document)];
  const findings = [
    ...verdictLines(document),
    ...culpritLines(document.culprits),
    ...document.notes.map(noteLine),
  ];
  const room = MAX_LINES - tail.length - 1;
  const kept =
    findings.length <= room
      ? findings
      : [...findings.slice(0, room - 1), `... ${findings.length - room + 1} more: ${log}`];
  const last = `log: ${log}`;
  return [...withinBytes([...kept, ...tail], MAX_BYTES - Buffer.byteLength(`${last}\n`)), last];
}

function verdictLines(document: BisectDocument): string[] {
  switch (document.verdict) {
    case 'culprits':
      return [];
    case 'target-passes':
      return document.culprits.length > 0
        ? []
        : ['PASS: everything that the target compiles passes the test; nothing to bisect'];
    case 'oracle-fails':
      return ['ERROR oracle-fails: the test fails with everything from the oracle'];
    case 'no-units':
      return ['ERROR no-units: nothing can come from the target'];
    case 'inconclusive':
      return ['ERROR inconclusive: no verdict with the confidence asked for'];
  }
}

/** A line a culprit, and one for all that share a cause. */
function culpritLines(culprits: readonly CulpritEntry[]): string[] {
  const shown = new Set<string>();
  return culprits.flatMap((culprit) => {
    const { group } = culprit;
    if (group === undefined) return [culpritLine(culprit)];
    if (shown.has(group.id)) return [];
    shown.add(group.id);
    return [
      groupLine(
        group,
        culprits.filter((other) => other.group?.id === group.id),
      ),
    ];
  });
}

function groupLine({ evidence }: CulpritGroup, culprits: readonly CulpritEntry[]): string {
  const names = culprits.map(({ members }) => members.join(' + ')).join(', ');
  const room = MAX_LINE - evidence.length - 40;
  return oneLine(
    `CULPRIT ${culprits.length} with one cause: ${oneLine(names, Math.max(40, room))}: ${evidence}`,
    MAX_LINE + 60,
  );
}

function culpritLine(culprit: CulpritEntry): string {
  const names = culprit.members.map((name) => oneLine(name, 80)).join(' + ');
  const together = culprit.members.length > 1 && culprit.label !== 'boundary' ? ', only together' : '';
  const label = culprit.label === 'miscompile' ? '' : ` [${culprit.label}]`;
  const confidence = culprit.confidence >= 1 ? '1' : culprit.confidence.toFixed(4);
  const detail = culprit.label === 'miscompile' ? culprit.outcome.detail : culprit.evidence;
  return oneLine(
    `CULPRIT ${names}${together}${label}: ${culprit.outcome.kind}, confidence ${confidence}: ${detail ?? culprit.outcome.detail}`,
    MAX_LINE,
  );
}

const noteLine = (note: string): string => oneLine(`note: ${note}`, MAX_LINE);

/** Rejected units, counted by reason: one line, the commonest reason quoted. */
function rejectedLines(rejected: readonly RejectedEntry[]): string[] {
  if (rejected.length === 0) return [];
  const stages = new Map<string, number>();
  for (const { stage } of rejected) stages.set(stage, (stages.get(stage) ?? 0) + 1);
  const counted = [...stages].map(([stage, n]) => `${n} ${stage}`).join(', ');
  const first = rejected[0]!;
  const example = `${rejected.length > 1 ? 'e.g. ' : ''}${first.unit}: ${first.reason}`;
  return [
    oneLine(
      `REJECTED ${count(rejected.length, 'unit')} (${counted}), kept on the oracle: ${example}`,
      MAX_LINE,
    ),
  ];
}

function statsLine({ stats }: BisectDocument): string {
  const parts = [
    count(stats.units, 'unit'),
    `${count(stats.probes, 'probe')} (lower bound ${stats.bound.toFixed(1)})`,
    ...(stats.reused > 0 ? [`${stats.reused} reused`] : []),
    ...(stats.unresolved > 0 ? [`${stats.unresolved} unresolved`] : []),
    ...(stats.identical > 0 ? [`${stats.identical} identical`] : []),
    `compiles ${stats.compiles.target} target + ${stats.compiles.oracle} oracle${apart(stats)}`,
    seconds(stats.seconds.total * 1000),
  ];
  return parts.join(', ');
}

const apart = ({ compiles: { assembly } }: BisectDocument['stats']): string =>
  assembly === undefined ? '' : ` + ${assembly} to assembly`;

const nextLines = (document: BisectDocument): string[] =>
  document.next.slice(0, 2).map((line) => oneLine(`next: ${line}`, 400));
