// `swarm bisect --emit-tasks`: what was found becomes tasks, and the tasks of earlier runs of the same job are brought up to
// date. Where they are kept is the store's business; what happens to them is `emission`'s in core.

import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { emission, type Task, type TaskChange, type TaskStore } from '@swarm/core';
import type { BisectDocument } from '../bisect/document.js';
import { lackedByCheckout, restatedFlags } from '../bisect/restated.js';
import type { BuildSettings } from '../bisect/settings.js';
import { type Reproducer, readReproducers } from '../report/reproducers.js';
import type { LogEvent } from '../report/run-log.js';
import { type RunStory, storyOf } from '../report/story.js';
import { count } from '../terminal/line.js';
import { shellLine } from '../terminal/shell-word.js';
import { findingsOf } from './findings.js';
import type { Job } from './job.js';
import { openStore } from './store.js';
import { storedReproducer, taskOfMembers } from './task-reproducer.js';

/** Noise that a bisect has met: so often must a test pass before a task is done. */
const LEAST_REPEAT = 10;

/** Make the tasks; the document with their ids. `events` is the run's log so far. */
export async function emitTasks(
  document: BisectDocument,
  settings: BuildSettings,
  events: readonly LogEvent[],
  signal: AbortSignal,
): Promise<BisectDocument> {
  const root = repositoryRoot(settings.dir);
  const flags = await restatedFlags(settings, root);
  const origin = await originOf(settings, root);
  const { store, isLocal } = await openStore(root, signal);
  const reproducers = await reproducersFor(document, settings, store, origin);
  const story = { ...storyOf('', events), reproducers };
  const findings = findingsOf(document, jobOf(settings, flags, story, !isLocal));
  const settled =
    document.verdict === 'culprits' ||
    document.verdict === 'target-passes' ||
    document.verdict === 'no-units';
  let before: readonly Task[] = [];
  let changes: readonly TaskChange[] = [];
  await store.change((tasks) => {
    before = tasks;
    changes = emission(tasks, findings, { origin, settled });
    return changes;
  });
  const lacked = await lackedByCheckout(settings, root);
  const notes = lacked === undefined ? [] : [`the tasks' commands hold in this tree only: ${lacked}`];
  const tasks = (await store.list()).filter((task) => task.origin === origin && task.state !== 'superseded');
  return withTasks(
    { ...document, notes: [...notes, ...document.notes] },
    tasks,
    `${summary(before, changes)}${isLocal ? ' (`swarm task list --local`)' : ''}`,
  );
}

/** Stands for a job: folder, compilers, build and test, the same on every machine. */
export async function originOf(settings: BuildSettings, root: string): Promise<string> {
  const all = await restatedFlags(settings, root, 'all');
  return `bisect:${createHash('sha256').update(all.join('\0')).digest('hex').slice(0, 16)}`;
}

/** Reproducers by culprit: those that were made here, else those that the tasks have already. */
async function reproducersFor(
  { culprits }: BisectDocument,
  settings: BuildSettings,
  store: TaskStore,
  origin: string,
): Promise<ReadonlyMap<string, Reproducer>> {
  const found = new Map(
    await readReproducers(
      join(settings.dir, '.swarm'),
      culprits.map(({ id }) => id),
    ),
  );
  const missing = culprits.filter(({ id }) => !found.has(id));
  const tasks = missing.length === 0 ? [] : await store.list();
  for (const { id, members, group } of missing) {
    const together =
      group === undefined
        ? members
        : culprits.flatMap((each) => (group.members.includes(each.id) ? each.members : []));
    const task = taskOfMembers(tasks, origin, together);
    const stored = task && (await storedReproducer(store, task));
    if (stored !== undefined) found.set(id, stored);
  }
  return found;
}

/** The folder that a checkout has as its root: where the commands of tasks run. */
export function repositoryRoot(dir: string): string {
  for (let at = dir; ; at = dirname(at)) {
    if (existsSync(join(at, '.git'))) return at;
    if (dirname(at) === at) return dir;
  }
}

function jobOf(settings: BuildSettings, flags: readonly string[], story: RunStory, isShared: boolean): Job {
  const { target, oracles, source, test, repeat } = settings;
  const verify = (flaky: boolean) =>
    flaky || repeat > 1 ? ['--repeat', `${Math.max(repeat, LEAST_REPEAT)}`] : [];
  return {
    target: basename(target.cc),
    oracle: basename(oracles[0].cc),
    units: new Set(story.units),
    subject: [basename(target.cc), target.flags, ...flags.slice(0, flags[0] === '--dir' ? 2 : 0)].join(' '),
    build: source.kind === 'recorded' ? source.build : source.link,
    test,
    code: story.code,
    reproducers: story.reproducers ?? new Map(),
    isShared,
    reproduce: (members) => {
      const units = new Set(story.units);
      const level = members.every((member) => units.has(member)) ? ['--level', 'unit'] : [];
      return shellLine([
        'swarm',
        'bisect',
        ...flags,
        ...level,
        '--no-labels', // The task has them.
        ...members.flatMap((member) => ['--only', member]),
      ]);
    },
    verify: (members, flaky) => shellLine(['swarm', 'verify', ...flags, ...verify(flaky), ...members]),
  };
}

/** Each culprit and rejected unit with the task that it is part of. */
function withTasks(document: BisectDocument, tasks: readonly Task[], said: string): BisectDocument {
  const taskOf = (members: readonly string[], kind: string) =>
    tasks.find((task) => task.kind === kind && members.every((member) => task.members.includes(member)));
  const named = <T>(entry: T, task: Task | undefined) =>
    task === undefined ? entry : { ...entry, task: task.id };
  const culprits = document.culprits.map((culprit) => named(culprit, taskOf(culprit.members, culprit.label)));
  const rejected = document.rejected.map((entry) => named(entry, taskOf([entry.unit], 'rejected')));
  const first = tasks.find(({ id }) => id === (culprits[0]?.task ?? rejected[0]?.task));
  const take =
    first === undefined ? said : `${said}; take ${first.id}, done when this is green: ${first.verify}`;
  return { ...document, culprits, rejected, next: [...document.next.slice(0, 1), take] };
}

/** What became of the tasks, counted. */
function summary(before: readonly Task[], changes: readonly TaskChange[]): string {
  const old = new Map(before.map((task) => [task.id, task]));
  const kinds = changes.map(({ task }) => {
    const was = old.get(task.id);
    if (was === undefined) return 'new';
    if (task.state === 'superseded') return 'closed';
    return was.state === task.state ? 'updated' : 'reopened';
  });
  const parts = ['new', 'updated', 'reopened', 'closed'].flatMap((kind) => {
    const n = kinds.filter((each) => each === kind).length;
    return n === 0 ? [] : [`${n} ${kind}`];
  });
  return parts.length === 0 ? 'tasks: unchanged' : `${count(changes.length, 'task')}: ${parts.join(', ')}`;
}
