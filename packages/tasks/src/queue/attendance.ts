// Who serves the queue: one ref at the hub while somebody does, with a sign of life that is replaced again and again. As with
// claims no clocks are compared: a server is gone when somebody has seen the very same sign for longer than its time to live,
// or knows that the process is dead, since it ran on the same machine.

import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { ownerAlive, ownerStamp } from '@swarm/host';
import { fetchLanding } from '../fetch.js';
import { localProblem } from '../git-problem.js';
import { declined } from '../refusal.js';
import type { HubRepository } from '../repository.js';
import { type TransactionResult, transact } from '../transaction.js';
import { writeEmpty } from './empty-commit.js';

/** There while a queue is served, or its server has died. */
const landingRef = (namespace: string): string => `${namespace}/landing`;
const LANDING = 'refs/hub/landing';

/** A sign of life at the hub. */
export interface ServerSign {
  readonly token: string;
  /** Where it runs, for people. */
  readonly by: string;
  readonly ttlMs: number;
  /** It ran on this machine, and its process is no more. */
  readonly isDead: boolean;
}

const LONGEST_TTL_MS = 60 * 60_000;
const UNREADABLE: Omit<ServerSign, 'token'> = { by: '(unreadable)', ttlMs: 60_000, isDead: false };
const SCHEMA = 'swarm.landing/1';

/** The sign at the hub now. */
export async function lookForServer(repository: HubRepository): Promise<ServerSign | undefined> {
  await fetchLanding(repository);
  return readSign(repository);
}

/** What the last fetch found. */
export async function readSign({ git, top }: HubRepository): Promise<ServerSign | undefined> {
  const read = await git.run(['for-each-ref', '--format=%(objectname)%00%(contents:body)', LANDING]);
  if (read.kind === 'failed') throw localProblem(read, top);
  const [token, body = ''] = read.stdout.trim().split('\0');
  return token === '' || token === undefined ? undefined : { token, ...signOf(body) };
}

function signOf(body: string): Omit<ServerSign, 'token'> {
  try {
    const { schema, by, owner, ttlMs } = JSON.parse(body.split('\n')[0]!) as Record<string, unknown>;
    if (schema === SCHEMA && typeof by === 'string' && typeof owner === 'string' && Number(ttlMs) > 0)
      return {
        by: by.slice(0, 200),
        ttlMs: Math.min(Number(ttlMs), LONGEST_TTL_MS),
        isDead: !ownerAlive(owner),
      };
  } catch {
    // Said below: whoever wrote it, it is no sign of ours.
  }
  return UNREADABLE;
}

/** Take a dead server's sign away. False when there is another one, or none, by now. */
export async function removeSign(repository: HubRepository, { token }: ServerSign): Promise<boolean> {
  const move = { ref: landingRef(repository.namespace), from: token, to: '' };
  return isDone(repository, await transact(repository, { what: 'closing the queue', moves: [move] }));
}

/** Serving, as one process does it. */
export class Attendance {
  #own: string | undefined;

  constructor(private readonly repository: HubRepository) {}

  /** Open the queue: undefined. Else who serves it, unless that is the one `instead` of which we do, or is dead. */
  async begin(ttlMs: number, instead?: ServerSign): Promise<ServerSign | undefined> {
    for (;;) {
      const now = await lookForServer(this.repository);
      if (now !== undefined && !now.isDead && now.token !== instead?.token) return now;
      if (await this.#put(now?.token ?? '', ttlMs)) return undefined;
    }
  }

  /** A new sign of life; false when somebody else serves now, or the queue was closed. */
  async renew(ttlMs: number): Promise<boolean> {
    return this.#own !== undefined && (await this.#put(this.#own, ttlMs));
  }

  /** Close the queue. */
  async end(): Promise<void> {
    const own = this.#own;
    this.#own = undefined;
    if (own !== undefined) await removeSign(this.repository, { ...UNREADABLE, token: own });
  }

  async #put(from: string, ttlMs: number): Promise<boolean> {
    const { repository } = this;
    const sign = { schema: SCHEMA, by: `${hostname()} ${process.pid}`, owner: ownerStamp(), ttlMs };
    const message = `landing\n\n${JSON.stringify(sign)}\n${randomUUID()}\n`;
    const to = await writeEmpty(repository, repository.git, undefined, message);
    const move = { ref: landingRef(repository.namespace), from, to };
    const put = isDone(repository, await transact(repository, { what: 'opening the queue', moves: [move] }));
    if (put) this.#own = to;
    return put;
  }
}

function isDone(repository: HubRepository, result: TransactionResult<never>): boolean {
  if (result.kind === 'declined') throw declined(repository, result.ref, result.reason);
  return result.kind === 'done';
}
