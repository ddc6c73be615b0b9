// A candidate as a git object: a commit of nothing on top of the work, whose message is the candidate's text. So one ref
// brings the work with it, and replacing a candidate is always seen.

import { randomUUID } from 'node:crypto';
import {
  type Candidate,
  candidateText,
  type Evidence,
  evidenceText,
  readCandidate,
  readEvidence,
} from '@swarm/core';
import { localProblem } from '../git-problem.js';
import type { HubRepository } from '../repository.js';
import { readSign, type ServerSign } from './attendance.js';
import { writeEmpty } from './empty-commit.js';

export const queueRef = (namespace: string, id: string): string => `${namespace}/queue/${id}`;
/** Where a candidate stays that was taken out: a commit on top of it that says why. */
export const evictedRef = (namespace: string, id: string): string => `${namespace}/evicted/${id}`;

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
  const { id, commit } = candidate;
  const message = `queue ${id}\n\n${candidateText(candidate)}\n${randomUUID()}\n`;
  return { ...candidate, token: await writeEmpty(repository, repository.work, commit, message) };
}

/** Write the object that says why a candidate was taken out. */
export const writeEviction = (repository: HubRepository, { id, token }: Waiting, evidence: Evidence) =>
  writeEmpty(repository, repository.git, token, `evict ${id}\n\n${evidenceText(evidence)}\n`);

/** One that was taken out. */
export interface Evicted {
  readonly object: string;
  /** The token that the candidate had. */
  readonly candidate: string;
  /** Left out where nobody can read it. */
  readonly evidence?: Evidence;
}

export interface QueueNow {
  /** Who serves it; undefined where nobody does. */
  readonly server: ServerSign | undefined;
  /** In the order of the commits' own times. */
  readonly waiting: readonly Waiting[];
  /** Refs of the queue that can't be read as candidates. */
  readonly broken: readonly string[];
  /** What was taken out last, by id. */
  readonly evicted: ReadonlyMap<string, Evicted>;
}

/** What the last fetch of the queue found. */
export async function readQueue(repository: HubRepository): Promise<QueueNow> {
  const { git, top } = repository;
  const format =
    '--format=%(refname)%00%(objectname)%00%(parent)%00%(committerdate:unix)%00%(contents:body)%00';
  const read = await git.run(['for-each-ref', format, QUEUE, EVICTED]);
  if (read.kind === 'failed') throw localProblem(read, top);
  const fields = read.stdout.split('\0');
  const found: (Waiting & { readonly atS: number })[] = [];
  const broken: string[] = [];
  const evicted = new Map<string, Evicted>();
  for (let i = 0; i + 4 < fields.length; i += 5) {
    const [ref, token, commit, atS, body] = fields.slice(i, i + 5).map((it) => it.trim());
    if (ref!.startsWith(EVICTED)) {
      const evidence = readEvidence(body!.split('\n')[0]!);
      const found = evidence === undefined ? {} : { evidence };
      evicted.set(ref!.slice(EVICTED.length), { object: token!, candidate: commit!, ...found });
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
  return { server: await readSign(repository), waiting, broken, evicted };
}
