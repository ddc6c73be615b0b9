// A claim as a git object: a commit of nothing, whose message is for people in its first line and for us in its last.
// A random word makes its id one that no other claim has, also one by the same holder in the same second.

import { randomUUID } from 'node:crypto';
import { type Claim, isTaskId, type Lease } from '@swarm/core';
import { committer } from './draft.js';
import { localProblem } from './git-problem.js';
import { CLAIMS_REFS, type HubRepository, TASKS_REF } from './repository.js';

/** Write the object of a claim into our repository; the lease that it is, once the hub has it. */
export async function writeClaim({ git, top, emptyTree }: HubRepository, claim: Claim): Promise<Lease> {
  const who = committer();
  const body = JSON.stringify({ schema: 'swarm.claim/1', ...claim, nonce: randomUUID() });
  const text = `tree ${emptyTree}\nauthor ${who}\ncommitter ${who}\n\nclaim ${claim.task}\n\n${body}\n`;
  const made = await git.run(['hash-object', '-t', 'commit', '-w', '--stdin'], text);
  if (made.kind === 'failed') throw localProblem(made, top);
  return { ...claim, token: made.stdout.trim() };
}

/** What the last look at the hub found, in one process. */
export interface Found {
  /** The newest commit of the tasks; undefined where there are none yet. */
  readonly tip: string | undefined;
  readonly leases: readonly Lease[];
}

export async function readFound({ git, top }: HubRepository): Promise<Found> {
  const format = '--format=%(refname)%00%(objectname)%00%(contents:body)%00';
  const read = await git.run(['for-each-ref', format, TASKS_REF, CLAIMS_REFS]);
  if (read.kind === 'failed') throw localProblem(read, top);
  const fields = read.stdout.split('\0');
  const leases: Lease[] = [];
  let tip: string | undefined;
  for (let i = 0; i + 2 < fields.length; i += 3) {
    const [ref, token, body] = [fields[i]!.trimStart(), fields[i + 1]!, fields[i + 2]!];
    if (ref === TASKS_REF) tip = token;
    const task = ref.startsWith(`${CLAIMS_REFS}/`) ? ref.slice(CLAIMS_REFS.length + 1) : '';
    if (isTaskId(task)) leases.push({ ...claimOf(task, body), token });
  }
  return { tip, leases };
}

/** For claims that nobody can read: they, too, must end. */
const UNREADABLE_TTL_MS = 60 * 60_000;
/** Nobody's claim holds a task for longer than this without a sign of life, whatever it says. */
const LONGEST_TTL_MS = 7 * 24 * 60 * 60_000;

function claimOf(task: string, body: string): Claim {
  try {
    const { holder, ttlMs, base } = JSON.parse(body) as Record<string, unknown>;
    if (typeof holder === 'string' && typeof ttlMs === 'number' && ttlMs > 0)
      return {
        task,
        holder: holder.slice(0, 200),
        ttlMs: Math.min(ttlMs, LONGEST_TTL_MS),
        ...(typeof base === 'string' ? { base } : {}),
      };
  } catch {
    // Said below: whoever wrote it, it is no claim of ours.
  }
  return { task, holder: '(unreadable)', ttlMs: UNREADABLE_TTL_MS };
}
