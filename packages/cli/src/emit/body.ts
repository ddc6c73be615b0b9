// What a task says, as Markdown: what fails, where, what speaks for it, how to look at it. Nothing in it depends on when or
// in how many probes it was found, so that the same finding reads the same.

import type { CulpritEntry } from '../bisect/document.js';
import type { RejectedGroup } from '../bisect/rejected-groups.js';
import type { Reproducer } from '../report/reproducers.js';
import type { CodeStory } from '../report/story.js';
import { oneLine } from '../terminal/line.js';
import type { Job } from './job.js';
import { excerpt } from './side-by-side.js';
import { reproducerLine } from './task-reproducer.js';

export function culpritBody(
  group: readonly CulpritEntry[],
  codes: readonly CodeStory[],
  reproducer: Reproducer | undefined,
  job: Job,
): string {
  const lines = group.length === 1 ? aboutCulprit(group[0]!, job) : aboutGroup(group, job);
  const shown = excerpt(codes);
  const look =
    shown.length === 0
      ? [group[0]?.label === 'link' ? SYMBOLS : DATA]
      : [
          `Where the code differs (both sides as a whole: \`code.txt\`):`,
          '',
          ...shown.map((line) => `    ${line}`),
        ];
  return `${[...lines, ...reduced(reproducer), ...foundBy(job), '', ...look].join('\n')}\n`;
}

const DATA = 'The two objects differ in data or in how they bind, not in their code.';
const SYMBOLS = 'What an object defines and asks for is in its symbols: `nm` shows those of both sides.';

const reduced = (reproducer: Reproducer | undefined): string[] =>
  reproducer === undefined ? [] : [reproducerLine(reproducer)];

/** Culprits with one cause: what they share, and a line for each. */
function aboutGroup(group: readonly CulpritEntry[], job: Job): string[] {
  const { construct, evidence } = group[0]!.group!;
  const each = group.slice(0, MOST).map(({ members, level, outcome }) => {
    const names = members.map(code).join(' + ');
    return `- ${level}: ${names}: ${outcome.kind}: ${code(outcome.detail)}`;
  });
  return [
    `${group.length} culprits have one cause: ${code(construct)}. Each fails by itself when it is compiled by the target (${code(job.target)}) and everything else by the oracle (${code(job.oracle)}).`,
    '',
    `- cause: ${oneLine(evidence, 400)}`,
    ...each,
    ...(group.length > MOST ? [`- and ${group.length - MOST} more`] : []),
  ];
}

function aboutCulprit(culprit: CulpritEntry, job: Job): string[] {
  const { members, outcome, label, evidence } = culprit;
  return [
    `${situation(culprit, job)}`,
    '',
    `- failure: ${outcome.kind}: ${code(outcome.detail)}`,
    ...members.map((member) => `- ${culprit.level}: ${code(member)}`),
    `- label: ${label}${evidence === undefined ? '' : `: ${oneLine(evidence, 400)}`}`,
    `- proof: ${proof(culprit)}; confidence ${culprit.confidence >= 1 ? '1' : culprit.confidence.toFixed(4)}`,
  ];
}

function situation({ members, label, level }: CulpritEntry, { target, oracle }: Job): string {
  const what = members.map(code).join(' and ');
  const rest = `everything else by the oracle (${code(oracle)})`;
  switch (label) {
    case 'boundary':
      return `Compiled by one side alone, any of ${what} fails against the others by the other side: the target (${code(target)}) and the oracle (${code(oracle)}) disagree about an interface between them.`;
    case 'link':
      return `The program does not link when ${what} ${come(members)} from the target (${code(target)}) and ${rest.replace('by', 'from')}.`;
    case 'undefined':
      return `The test fails when ${what} ${come(members)} from the target (${code(target)}), and with a correct compiler, too: the program relies on something that C does not define. Mend the program, not the target.`;
    default:
      return `The test fails when ${what} ${members.length > 1 ? 'are together' : 'is'} compiled by the target (${code(target)}) and ${rest}${level === 'function' ? ', the other functions of the unit included' : ''}.`;
  }
}

const come = (members: readonly string[]): string => (members.length > 1 ? 'come together' : 'comes');

function proof({ certificate, members }: CulpritEntry): string {
  const { alone, subsets, without } = certificate;
  const parts = [
    ...(alone === 'fail' ? ['fails alone'] : []),
    ...(members.length > 1 && subsets === 'pass' ? ['passes without any one of them'] : []),
    ...(without === 'pass' ? ['passes with everything from the target but the culprits'] : []),
  ];
  return parts.length === 0 ? 'none by fresh probes' : parts.join(', ');
}

export function rejectedBody({ stage, reason, entries }: RejectedGroup, job: Job): string {
  const first = entries[0]!;
  const lines = [
    `The target (${code(job.target)}) makes no object of ${entries.length === 1 ? code(first.unit) : `${entries.length} units`} that the oracle (${code(job.oracle)}) compiles.`,
    '',
    `- stage: ${stage}`,
    `- said: ${code(reason)}`,
    ...entries.slice(0, MOST).map(({ unit, reason: said }) => `- unit: ${code(unit)}: ${code(said)}`),
    ...(entries.length > MOST ? [`- and ${entries.length - MOST} more units`] : []),
    ...foundBy(job),
  ];
  return `${lines.join('\n')}\n`;
}

const MOST = 30;

const foundBy = ({ units, build, test }: Job): string[] => [
  `- found by: \`swarm bisect\` over ${units.size} units, build ${code(build)}, test ${code(test)}`,
];

/** Text from outside on one line; nothing in it ends the code that it stands in. */
function code(text: string): string {
  const flat = oneLine(text, 300);
  return flat.includes('`') ? `\`\` ${flat.replaceAll('``', "''")} \`\`` : `\`${flat}\``;
}
