// `swarm plan`: a lead looks at the repository and proposes tasks; each is held against the rules and run on the base before it is stored.

import { existsSync, lstatSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  addTasks,
  EXIT,
  judgeProposals,
  type Refusal,
  SwarmError,
  type Task,
  type TaskDraft,
  taskOf,
} from '@swarm/core';
import { leadSession, type Seat } from '@swarm/fleet';
import { openStateFolder } from '@swarm/host';
import type { Hub } from '@swarm/tasks';
import { openRun, type RunRequest } from '../fleet/open-run.js';
import { openSharedHub } from '../task/session.js';
import type { Told } from '../terminal/told.js';
import { planTold } from './document.js';

export interface PlanWish {
  readonly goal: string | undefined;
  readonly most: number;
  /** Store nothing. */
  readonly dryRun: boolean;
}

/** Where a lead writes, relative to its workspace: git ignores it. */
const FILE = '.swarm/proposals.json';
const MAX_BYTES = 2 ** 20;
const ORIGIN = 'swarm plan';

export async function runPlan(request: RunRequest, wish: PlanWish): Promise<Told> {
  const { settings, stop } = request;
  const opened = await openRun(request);
  try {
    const [seat] = (await opened.makeSeats()) as [Seat];
    const tree = opened.place.layout.tree(seat.agent);
    await openStateFolder(tree);
    const hub = await openSharedHub(settings.tasks, new AbortController().signal);
    const { tasks } = await hub.look();
    const known = tasks.filter(({ state }) => state === 'open' || state === 'blocked');
    const lead = { goal: wish.goal, most: wish.most, file: FILE, tasks: known };
    const end = await leadSession(seat, await opened.shared(), lead, stop.abort);
    if (end.kind === 'over')
      throw new SwarmError(`plan: ${end.why}`, { code: 'limit-reached', exit: EXIT.partial });
    const written = readProposals(join(tree, FILE));
    const exists = (path: string) => existsSync(join(tree, path));
    // What the lead did to the tree is gone before anything is looked up in it.
    await seat.desk.prepare();
    const rules = { most: wish.most, origin: ORIGIN, exists };
    const judged =
      'refusal' in written
        ? { good: [], refused: written.refusal }
        : judgeProposals(written.value, tasks, rules);
    const checked = await redOnes(seat, judged.good, () => stop.abort.cancelled);
    const added = wish.dryRun ? checked.red : await store(hub, checked.red);
    const refused = [...judged.refused, ...checked.refused];
    return planTold({ session: end.session, added, refused, dryRun: wish.dryRun, log: opened.log });
  } finally {
    await opened.close();
  }
}

/** What was written there, parsed; a lead may write anything, or make it anything but a file. */
function readProposals(path: string): { readonly value: unknown } | { readonly refusal: readonly Refusal[] } {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return { refusal: [] };
  if (!stat.isFile()) return { refusal: [{ what: FILE, reason: 'it is no plain file' }] };
  if (stat.size > MAX_BYTES)
    return { refusal: [{ what: FILE, reason: `it is larger than ${MAX_BYTES} bytes` }] };
  try {
    return { value: JSON.parse(readFileSync(path, 'utf8')) as unknown };
  } catch (error) {
    return { refusal: [{ what: FILE, reason: `it is no JSON: ${(error as Error).message}` }] };
  }
}

/** A task whose command isn't red now is none. */
async function redOnes(
  { desk }: Seat,
  drafts: readonly TaskDraft[],
  stopped: () => boolean,
): Promise<{ readonly red: readonly TaskDraft[]; readonly refused: readonly Refusal[] }> {
  const red: TaskDraft[] = [];
  const refused: Refusal[] = [];
  for (const draft of drafts) {
    if (stopped())
      throw new SwarmError('plan: interrupted', {
        code: 'interrupted',
        exit: EXIT.interrupted,
        hint: 'nothing was stored',
      });
    const { verdict, detail } = await desk.verify(taskOf(draft));
    if (verdict === 'red') red.push(draft);
    else {
      const reason =
        verdict === 'green' ? 'its command passes already' : `its command says nothing: ${detail}`;
      refused.push({ what: draft.title, reason });
    }
  }
  return { red, refused };
}

/** Someone may have added the same meanwhile: then it is linked, and not offered. */
async function store(hub: Hub, drafts: readonly TaskDraft[]): Promise<readonly TaskDraft[]> {
  let stored: readonly TaskDraft[] = [];
  await hub.store.change((tasks: readonly Task[]) => {
    const ids = new Set(tasks.map(({ id }) => id));
    stored = drafts.filter(({ id }) => !ids.has(id));
    return addTasks(
      tasks,
      stored.map((draft) => ({ draft })),
    );
  });
  return stored;
}
