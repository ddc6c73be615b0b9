// Changing files on the hub's branch: one commit on top of what is there, pushed only if it still is; else look and decide anew.

import type { SeenClaim } from '@swarm/core';
import { createWorkDir } from '@swarm/host';
import { untilDone } from '../backoff.js';
import { committer } from '../draft.js';
import { fetchBranch, isUnreachable } from '../fetch.js';
import { hubProblem, localProblem } from '../git-problem.js';
import { branchRef } from '../namespace.js';
import { push } from '../push.js';
import type { HubRepository } from '../repository.js';
import type { SightingFile } from '../sighting-file.js';
import { readSnapshot, type Snapshot } from './snapshot.js';

/** A file to write, or to remove when it has no bytes. */
export interface FileChange {
  readonly path: string;
  readonly bytes?: string | Uint8Array;
}

export interface Commit {
  readonly kind: 'commit';
  /** None: there is nothing to do. */
  readonly files: readonly FileChange[];
  readonly message: string;
  /** On top of this commit, which holds the branch's newest. Left out: on top of that. */
  readonly onto?: string;
  /** Wraps the push: what must be noted before it. */
  readonly around?: (push: () => Promise<unknown>) => Promise<unknown>;
}

export type BranchResult<Stop> =
  | { readonly kind: 'done' }
  | { readonly kind: 'declined'; readonly reason: string }
  | { readonly kind: 'stop'; readonly result: Stop };

/** The branch, and claims as this workspace has seen them. */
export interface Seen {
  readonly now: Snapshot;
  readonly claims: readonly SeenClaim[];
}

/** Pushes in a row that nobody answers before it is told. */
const UNANSWERED = 3;

export class Branch {
  readonly #ref: string;

  constructor(
    readonly repository: HubRepository,
    /** Looks at the hub; sees the working repository's objects unless that is shallow. */
    private readonly fetching: HubRepository,
    private readonly sightings: SightingFile,
    readonly name: string,
    private readonly ttlMs: number,
  ) {
    this.#ref = branchRef(name);
  }

  /** One look at the hub, and one observation of its claims. */
  look(): Promise<Seen> {
    return this.sightings.observe(async () => {
      const tip = await fetchBranch(this.fetching, this.#ref);
      const now = await readSnapshot(this.repository, tip, this.ttlMs);
      return { now, leases: [...now.claims.values()].map(({ lease }) => lease) };
    });
  }

  /** Look, decide, commit and push, until nobody was in between. */
  change<Stop = never>(
    what: string,
    decide: (seen: Seen) => Promise<Commit | { kind: 'stop'; result: Stop }>,
  ): Promise<BranchResult<Stop>> {
    const { random, signal } = this.repository;
    /** Pushed without an answer: each may be there all the same, or come late. */
    const sent: string[] = [];
    return untilDone<BranchResult<Stop>>(what, random, signal, async () => {
      const seen = await this.look();
      if (await this.#arrived(sent, seen.now.tip)) return { kind: 'done' };
      const decision = await decide(seen);
      if (decision.kind === 'stop') return decision;
      if (decision.files.length === 0) return { kind: 'done' };
      return this.#attempt(seen.now.tip, decision, sent);
    });
  }

  async #attempt(tip: string, commit: Commit, sent: string[]): Promise<BranchResult<never> | undefined> {
    const folder = await createWorkDir(this.repository.drafts);
    try {
      const to = await this.#draft(`refs/draft/${folder.cookie}/branch`, commit.onto ?? tip, commit);
      let result: BranchResult<never> | undefined;
      const send = async () => {
        result = await this.#push(tip, to, sent);
      };
      await (commit.around === undefined ? send() : commit.around(send));
      return result;
    } finally {
      await folder.remove();
    }
  }

  async #push(from: string, to: string, sent: string[]): Promise<BranchResult<never> | undefined> {
    const { git, remote } = this.repository;
    const result = await push(git, remote, [{ ref: this.#ref, from, to }]);
    if (result.kind === 'done' || result.kind === 'declined') return result;
    if (result.kind !== 'unanswered') return undefined;
    const problem = hubProblem(result.failure, remote);
    if (!isUnreachable(problem)) throw problem;
    sent.push(to);
    if (
      sent.length >= UNANSWERED &&
      !(await this.#arrived(sent, await fetchBranch(this.fetching, this.#ref)))
    )
      throw problem;
    return undefined;
  }

  async #arrived(sent: readonly string[], tip: string): Promise<boolean> {
    for (const commit of sent) if (await isPartOf(this.repository, commit, tip)) return true;
    return false;
  }

  async #draft(ref: string, parent: string, { files, message }: Commit): Promise<string> {
    const { git, top } = this.repository;
    const parts: (string | Uint8Array)[] = [`commit ${ref}\nmark :1\ncommitter ${committer()}\n`];
    const data = (bytes: Uint8Array) => parts.push(`data ${bytes.length}\n`, bytes, '\n');
    data(Buffer.from(message));
    parts.push(`from ${parent}\n`);
    for (const { path, bytes } of files) {
      if (bytes === undefined) parts.push(`D ${quoted(path)}\n`);
      else {
        parts.push(`M 100644 inline ${quoted(path)}\n`);
        data(Buffer.from(bytes));
      }
    }
    parts.push('\nget-mark :1\ndone\n');
    const stream = Buffer.concat(parts.map((part) => Buffer.from(part)));
    const made = await git.run(['fast-import', '--quiet', '--done', '--force'], stream);
    if (made.kind === 'failed') throw localProblem(made, top);
    return made.stdout.trim();
  }
}

/** A path as fast-import wants it; a snapshot's paths hold no newline. */
const quoted = (path: string): string => `"${path.replace(/["\\]/g, '\\$&')}"`;

/** Is the commit part of what `tip` holds? */
export async function isPartOf({ git, top }: HubRepository, commit: string, tip: string): Promise<boolean> {
  const found = await git.run(['merge-base', '--is-ancestor', commit, tip]);
  if (found.kind === 'failed' && found.status !== 1) throw localProblem(found, top);
  return found.kind === 'done';
}
