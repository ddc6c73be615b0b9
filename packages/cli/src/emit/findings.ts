// From what a bisect found to tasks: each root cause one, so that a person or an agent with nothing but the task can take it
// and prove it done. Pure.

import { createHash } from 'node:crypto';
import { type Finding, taskId } from '@swarm/core';
import type { BisectDocument, CulpritEntry } from '../bisect/document.js';
import { placeOf } from '../bisect/member.js';
import { type RejectedGroup, rejectedGroups } from '../bisect/rejected-groups.js';
import { count, oneLine } from '../terminal/line.js';
import { culpritBody, rejectedBody } from './body.js';
import type { Job } from './job.js';
import { sideBySide } from './side-by-side.js';
import { asksReproducer, reproducerFiles } from './task-reproducer.js';

const TITLE = 120;

/** The findings of a bisect, and which culprits and rejected units each is about. */
export function findingsOf({ culprits, rejected }: BisectDocument, job: Job): Finding[] {
  return [
    ...groupsOf(culprits).map((group) => culpritFinding(group, job)),
    ...rejectedGroups(rejected).map((group) => rejectedFinding(group, job)),
  ];
}

/** Culprits of one cause together, in the order in which they were found. */
function groupsOf(culprits: readonly CulpritEntry[]): CulpritEntry[][] {
  const groups = new Map<string, CulpritEntry[]>();
  for (const culprit of culprits) {
    const key = culprit.group === undefined ? `alone ${culprit.id}` : `${culprit.label} ${culprit.group.id}`;
    groups.set(key, [...(groups.get(key) ?? []), culprit]);
  }
  return [...groups.values()];
}

function culpritFinding(group: readonly CulpritEntry[], job: Job): Finding {
  const [first] = group as [CulpritEntry];
  const members = [...new Set(group.flatMap((culprit) => culprit.members))];
  const flaky = group.some(({ confidence }) => confidence < 1);
  // What does not link fails by its symbols, whatever its code is.
  const codes = first.label === 'link' ? [] : group.flatMap(({ id }) => job.code.get(id) ?? []);
  const code = sideBySide(codes, job.target, job.oracle);
  const reproducer = group.flatMap(({ id }) => job.reproducers.get(id) ?? [])[0];
  const plain = job.verify(members, flaky);
  const isRunnable = job.isShared && reproducer?.recipe !== undefined;
  const verify = isRunnable ? asksReproducer(plain, 'first') : plain;
  const cause = group.length > 1 ? first.group : undefined;
  return {
    draft: {
      id: taskId(`${first.label} ${cause?.construct ?? members.join(' ')}`),
      title: oneLine(`${WORDS[first.label]}: ${cause === undefined ? alone(first) : shared(group)}`, TITLE),
      body: culpritBody(group, codes, reproducer, job),
      // A boundary passes when all of it comes from one side: only the verification splits it.
      reproduce: isRunnable
        ? asksReproducer(plain, 'only')
        : first.label === 'boundary'
          ? verify
          : job.reproduce(members),
      verify,
      members,
      kind: first.label,
      fingerprint: digest(
        cause === undefined
          ? ['culprit', job.subject, first.label, first.outcome.kind, ...members.toSorted()]
          : ['cause', job.subject, first.label, cause.construct],
      ),
      labels: [...new Set([first.label, first.outcome.kind, job.target])],
    },
    units: unitsOf(members, job),
    attachments: [
      ...(code === undefined ? [] : [{ name: 'code.txt', bytes: Buffer.from(code) }]),
      ...(reproducer === undefined ? [] : reproducerFiles(reproducer)),
    ],
  };
}

const alone = ({ members, outcome }: CulpritEntry): string =>
  `${namesOf(members)} (${outcome.kind}: ${outcome.detail})`;

/** Culprits that share their cause: what it is, and how many there are. */
const shared = (group: readonly CulpritEntry[]): string =>
  `${group[0]!.group!.construct} (${count(group.length, 'culprit')}: ${namesOf(group.flatMap(({ members }) => members))})`;

const WORDS: Record<CulpritEntry['label'], string> = {
  miscompile: 'miscompiled',
  boundary: 'disagree about an interface',
  link: 'does not link',
  layout: 'fails by layout',
  undefined: 'undefined behaviour in the program',
};

function rejectedFinding({ stage, reason, entries }: RejectedGroup, job: Job): Finding {
  const members = entries.map(({ unit }) => unit);
  const what = stage === 'crash' ? 'compiler crash' : stage === 'timeout' ? 'compiler hangs' : 'rejected';
  return {
    draft: {
      id: taskId(`rejected ${reason.replace(/^error: /, '')}`),
      title: oneLine(
        `${what}: ${reason} (${members.length === 1 ? members[0] : count(members.length, 'unit')})`,
        TITLE,
      ),
      body: rejectedBody({ stage, reason, entries }, job),
      reproduce: job.reproduce(members.slice(0, 1)),
      verify: job.verify(members, false),
      members,
      kind: 'rejected',
      fingerprint: digest(['rejected', job.subject, stage, reason]),
      labels: ['rejected', stage, job.target],
    },
    units: members,
    attachments: [],
  };
}

const SHOWN = 3;

/** Members as a title names them. */
function namesOf(members: readonly string[]): string {
  const shown = members.slice(0, SHOWN).join(' + ');
  return members.length > SHOWN ? `${shown} and ${members.length - SHOWN} more` : shown;
}

const unitsOf = (members: readonly string[], { units }: Job): string[] => [
  ...new Set(members.map((member) => placeOf(member, units)?.unit ?? member)),
];

const digest = (parts: readonly string[]): string =>
  createHash('sha256').update(parts.join('\0')).digest('hex').slice(0, 16);
