// The heads of all tasks of one commit, in one file beside the texts: what a list shows is read without the texts, which are most
// of it. Made from tasks that were read by this version's rules, so its form has a number of its own.

import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TaskHead } from '@swarm/core';
import { writeFileAtomic } from '@swarm/host';
import type { TaskView } from './hub.js';

/** What a view says, without the tasks' bodies. */
export interface HeadView extends Pick<TaskView, 'broken'> {
  readonly heads: readonly TaskHead[];
}

const FORM = 'swarm.task-heads/1';

const fileIn = (state: string): string => join(state, 'tasks.heads');

/** The heads of the commit that they were kept for; undefined where there are none, or the file is not whole. */
export async function readHeads(state: string): Promise<(HeadView & { commit: string }) | undefined> {
  const text = await readFile(fileIn(state), 'utf8').catch(() => '');
  const end = text.indexOf('\n');
  const [form, commit, hash] = text.slice(0, Math.max(0, end)).split(' ');
  const rest = text.slice(end + 1);
  if (form !== FORM || commit === undefined || hash !== hashOf(rest)) return undefined;
  return { commit, ...(JSON.parse(rest) as HeadView) };
}

/** Keep the heads of a view; what can't be kept is read again. */
export async function keepHeads(state: string, commit: string, view: TaskView): Promise<HeadView> {
  const heads = view.tasks.map(headOf);
  const kept = { heads, broken: view.broken };
  const rest = JSON.stringify(kept);
  const text = `${FORM} ${commit} ${hashOf(rest)}\n${rest}`;
  await writeFileAtomic(fileIn(state), text, { durable: false }).catch(() => {});
  return kept;
}

const headOf = ({ id, title, state, priority, kind, labels, duplicateOf }: TaskHead): TaskHead => ({
  id,
  title,
  state,
  priority,
  kind,
  labels,
  ...(duplicateOf === undefined ? {} : { duplicateOf }),
});

const hashOf = (text: string): string => createHash('sha1').update(text).digest('hex');
