// The leases that this workspace took, one file each, so that a later process can renew, release and land with their tokens.
//
// A file is written before the push that makes its claim: a process that is killed at any moment leaves a file for each
// claim of its own at the hub. Which of the files are true, the hub tells; the others are removed, unless the process that
// wrote it may still be about to push.

import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isTaskId, type Lease } from '@swarm/core';
import { isDraft, makeFolder, ownerAlive, ownerStamp, sweepDrafts, writeFileAtomic } from '@swarm/host';

export class LeaseFiles {
  readonly #folder: string;

  constructor(state: string) {
    this.#folder = join(state, 'leases');
  }

  /** Run `push`, which makes the lease's claim; noted before. `renews`: the token that it replaces. */
  async noting<T>(lease: Lease, renews: string | undefined, push: () => Promise<T>): Promise<T> {
    makeFolder(this.#folder, 'lease folder');
    UNDER_WAY.add(lease.token);
    try {
      const note: Note = { lease, by: ownerStamp(), ...(renews === undefined ? {} : { renews }) };
      await writeFileAtomic(this.#file(lease), `${JSON.stringify(note)}\n`, { durable: false });
      return await push();
    } finally {
      UNDER_WAY.delete(lease.token);
    }
  }

  async forget(lease: Lease): Promise<void> {
    await rm(this.#file(lease), { force: true });
  }

  /**
   * Run `look`, which asks the hub for its claims: with what it found come the leases that were noted before and are among
   * them. The others are forgotten, but for those of a process that still lived before the look and so may push after it.
   */
  async settle<T extends { readonly claims: readonly Lease[] }>(
    look: () => Promise<T>,
  ): Promise<T & Settled> {
    const all = await readdir(this.#folder).catch(() => [] as string[]);
    const names = all.filter((name) => !isDraft(name));
    await sweepDrafts(this.#folder, all);
    const noted = await Promise.all(names.map((name) => this.#read(name)));
    const pending = noted.map((note) => note !== undefined && mayPush(note));
    const found = await look();
    const tokens = new Set(found.claims.map(({ token }) => token));
    const own: Note[] = [];
    for (const [i, note] of noted.entries())
      if (note !== undefined && tokens.has(note.lease.token)) own.push(note);
      else if (!pending[i]) await rm(join(this.#folder, names[i]!), { force: true });
    return { ...found, own: own.sort((a, b) => (a.lease.task < b.lease.task ? -1 : 1)) };
  }

  async #read(name: string): Promise<Note | undefined> {
    try {
      const note = JSON.parse(await readFile(join(this.#folder, name), 'utf8')) as Note;
      return isTaskId(note.lease.task) && name === fileName(note.lease) ? note : undefined;
    } catch {
      return undefined;
    }
  }

  #file(lease: Lease): string {
    return join(this.#folder, fileName(lease));
  }
}

/** This workspace's own leases, by the hub's word. */
interface Settled {
  readonly own: readonly Note[];
}

/** What a file says. */
interface Note {
  readonly lease: Lease;
  /** The process that pushed it. */
  readonly by: string;
  readonly renews?: string;
}

/** Tokens that this process is pushing right now. */
const UNDER_WAY = new Set<string>();

const fileName = ({ task, token }: Lease): string => `${task}.${token}.json`;

/** Whether the claim may still come to the hub: whoever wrote the note lives, and is at it. */
const mayPush = ({ lease, by }: Note): boolean =>
  by === ownerStamp() ? UNDER_WAY.has(lease.token) : ownerAlive(by);
