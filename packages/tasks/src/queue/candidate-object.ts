// A candidate as a git object: a commit of nothing on top of the work, whose message is the candidate's text. So one ref
// brings the work with it, and replacing a candidate is always seen.

import { randomUUID } from 'node:crypto';
import { type Candidate, candidateText, readCandidate } from '@swarm/core';
import { committer } from '../draft.js';
import { localProblem } from '../git-problem.js';
import type { HubRepository } from '../repository.js';

export const queueRef = (namespace: string, id: string): string => `${namespace}/queue/${id}`;
/** Where the work of a candidate stays that was taken out. */
export const evictedRef = (namespace: string, id: string): string => `${namespace}/evicted/${id}`;
/** There while all work lands through a queue. */
export const landingRef = (namespace: string): string => `${namespace}/landing`;

/** As the hub fetches them into our repository. */
const QUEUE = 'refs/hub/queue/';
const EVICTED = 'refs/hub/evicted/';

/** A candidate that waits at the hub. */
export interface Waiting extends Candidate {
  /** The object that the hub has; another one is another candidate. */
  readonly token: string;
}

/** Write the object; the work itself must be where `git` looks for objects. */
export async function writeCandidate(repository: HubRepository, candidate: Candidate): Promise<Waiting> {
  const { work, top, emptyTree } = repository;
  const who = committer();
  const text = `tree ${emptyTree}\nparent ${candidate.commit}\nauthor ${who}\ncommitter ${who}\n\nqueue ${candidate.id}\n\n${candidateText(candidate)}\n${randomUUID()}\n`;
  const made = await work.run(['hash-object', '-t', 'commit', '-w', '--stdin'], text);
  if (made.kind === 'failed') throw localProblem(made, top);
  return { ...candidate, token: made.stdout.trim() };
}

export interface QueueNow {
  /** In the order of the commits' own times. */
  readonly waiting: readonly Waiting[];
  /** Refs of the queue that can't be read as candidates. */
  readonly broken: readonly string[];
  /** What was taken out, by id: the object. */
  readonly evicted: ReadonlyMap<string, string>;
}

/** What the last fetch of the queue found. */
export async function readQueue({ git, top }: HubRepository): Promise<QueueNow> {
  const format =
    '--format=%(refname)%00%(objectname)%00%(parent)%00%(committerdate:unix)%00%(contents:body)%00';
  const read = await git.run(['for-each-ref', format, QUEUE, EVICTED]);
  if (read.kind === 'failed') throw localProblem(read, top);
  const fields = read.stdout.split('\0');
  const found: (Waiting & { readonly atS: number })[] = [];
  const broken: string[] = [];
  const evicted = new Map<string, string>();
  for (let i = 0; i + 4 < fields.length; i += 5) {
    const [ref, token, commit, atS, body] = fields.slice(i, i + 5).map((it) => it.trim());
    if (ref!.startsWith(EVICTED)) {
      evicted.set(ref!.slice(EVICTED.length), token!);
      continue;
    }
    const candidate = readCandidate(body!.split('\n')[0]!);
    const id = ref!.slice(QUEUE.length);
    if (candidate?.id !== id || !/^[0-9a-f]+$/.test(commit!)) broken.push(id);
    else found.push({ ...candidate, commit: commit!, token: token!, atS: Number(atS) });
  }
  const waiting = found
    .sort((a, b) => a.atS - b.atS || (a.id < b.id ? -1 : 1))
    .map(({ atS: _, ...candidate }) => candidate);
  return { waiting, broken, evicted };
}
