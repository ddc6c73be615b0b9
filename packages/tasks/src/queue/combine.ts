// Putting candidates on top of main, one after the other, without a working tree: each commit is replayed with a three-way merge
// of trees. Main stays linear. Work that is on top of main already keeps its commits; what is replayed keeps its authors,
// messages and times, so that the same candidates on the same main give the same commits, also after a kill.

import type { Git } from '../git.js';
import { localProblem } from '../git-problem.js';
import type { HubRepository } from '../repository.js';
import type { Waiting } from './candidate-object.js';

/** One candidate in a combination. */
export interface Placed {
  readonly id: string;
  /** The tip of its work as it is in the combination. */
  readonly commit: string;
  /** Paths that it changes there. */
  readonly touched: readonly string[];
}

export interface Combination {
  readonly base: string;
  /** All that apply, on top of the base; the base itself when none does. */
  readonly commit: string;
  readonly tree: string;
  readonly placed: readonly Placed[];
  /** `with`: it applies to the base, but not on top of this one. */
  readonly conflicts: readonly {
    readonly id: string;
    readonly with?: string;
    readonly paths: readonly string[];
  }[];
  /** Nothing of them is left: the base has it all. */
  readonly empty: readonly string[];
}

export async function combine(
  repository: HubRepository,
  base: string,
  candidates: readonly Waiting[],
): Promise<Combination> {
  const replay = new Replay(repository);
  let head = await replay.commit(base);
  const placed: Placed[] = [];
  const conflicts: { id: string; with?: string; paths: readonly string[] }[] = [];
  const empty: string[] = [];
  for (const { id, commit } of candidates) {
    const done = await replay.onto(head, base, commit);
    if (done.kind === 'conflict') {
      const { paths } = done;
      const before = candidates.filter((it) => placed.some((place) => place.id === it.id));
      const other = before.length === 0 ? undefined : await blockerOf(replay, base, commit, before);
      conflicts.push({ id, paths, ...(other === undefined ? {} : { with: other }) });
    } else if (done.head.tree === head.tree) empty.push(id);
    else {
      placed.push({ id, commit: done.head.id, touched: await replay.touched(head.tree, done.head.tree) });
      head = done.head;
    }
  }
  return { base, commit: head.id, tree: head.tree, placed, conflicts, empty };
}

/** The first candidate before it that alone is in its way; undefined where the base itself is. */
async function blockerOf(
  replay: Replay,
  base: string,
  commit: string,
  before: readonly { readonly id: string; readonly commit: string }[],
): Promise<string | undefined> {
  const start = await replay.commit(base);
  if ((await replay.onto(start, base, commit)).kind === 'conflict') return undefined;
  for (const other of before) {
    const first = await replay.onto(start, base, other.commit);
    if (first.kind === 'conflict') continue;
    if ((await replay.onto(first.head, base, commit)).kind === 'conflict') return other.id;
  }
  return before.at(-1)!.id;
}

interface Commit {
  readonly id: string;
  readonly tree: string;
  readonly parents: readonly string[];
  /** What comes after tree and parents: author, committer, message. */
  readonly rest: string;
}

type Replayed =
  | { readonly kind: 'done'; readonly head: Commit }
  | { readonly kind: 'conflict'; readonly paths: readonly string[] };

class Replay {
  readonly #git: Git;
  readonly #top: string;
  readonly #known = new Map<string, Commit>();

  constructor({ git, top }: HubRepository) {
    this.#git = git;
    this.#top = top;
  }

  /** The work's own commits (those that the base lacks), on top of `head`. */
  async onto(head: Commit, base: string, tip: string): Promise<Replayed> {
    // Work of another history has nothing to be merged by.
    if ((await this.#git.run(['merge-base', base, tip])).kind === 'failed')
      return { kind: 'conflict', paths: [] };
    const listed = await this.#run(['rev-list', '--reverse', '--topo-order', `${base}..${tip}`]);
    const commits = await Promise.all(lines(listed).map((id) => this.commit(id)));
    // A merge may hold what none of its parents has: then only the whole is true, as one commit.
    if (commits.some(({ parents }) => parents.length !== 1)) return this.#whole(head, await this.commit(tip));
    let at = head;
    for (const commit of commits) {
      const step = await this.#step(at, commit);
      if (step.kind === 'conflict') return step;
      at = step.head;
    }
    return { kind: 'done', head: at };
  }

  async touched(from: string, to: string): Promise<string[]> {
    const words = ['diff-tree', '-r', '-z', '--name-only', '--no-renames', from, to];
    return (await this.#run(words)).split('\0').filter((path) => path !== '');
  }

  async commit(id: string): Promise<Commit> {
    const known = this.#known.get(id);
    if (known !== undefined) return known;
    const read = await this.#git.catFile(['commit', id], '');
    if (read.kind === 'failed') throw localProblem(read, this.#top);
    const text = read.stdout.toString(BYTES);
    const end = text.indexOf('\nauthor ') + 1;
    const head = text.slice(0, end).split('\n');
    const commit = {
      id,
      tree: head[0]!.slice('tree '.length),
      parents: head.filter((line) => line.startsWith('parent ')).map((line) => line.slice('parent '.length)),
      rest: withoutSignature(text.slice(end)),
    };
    this.#known.set(id, commit);
    return commit;
  }

  async #step(head: Commit, commit: Commit): Promise<Replayed> {
    if (commit.parents[0] === head.id) return { kind: 'done', head: commit };
    const parent = await this.commit(commit.parents[0]!);
    if (commit.tree === parent.tree) return { kind: 'done', head };
    if (parent.tree === head.tree) return this.#made(head, commit.tree, commit);
    const from = await this.#write(parent.tree, []);
    const [ours, theirs] = [await this.#write(head.tree, [from]), await this.#write(commit.tree, [from])];
    return this.#merge(head, ours, theirs, commit);
  }

  #whole(head: Commit, tip: Commit): Promise<Replayed> {
    return this.#merge(head, head.id, tip.id, tip);
  }

  async #merge(head: Commit, ours: string, theirs: string, like: Commit): Promise<Replayed> {
    const words = ['merge-tree', '--write-tree', '--name-only', '--no-messages', '-z', ours, theirs];
    const merged = await this.#git.run(words);
    if (merged.kind === 'failed' && merged.status !== 1) throw localProblem(merged, this.#top);
    const [tree, ...paths] = merged.stdout.split('\0').filter((field) => field !== '');
    return merged.kind === 'failed'
      ? { kind: 'conflict', paths: [...new Set(paths)] }
      : this.#made(head, tree!.trim(), like);
  }

  async #made(head: Commit, tree: string, like: Commit): Promise<Replayed> {
    if (tree === head.tree) return { kind: 'done', head };
    const id = await this.#write(tree, [head.id], like.rest);
    return { kind: 'done', head: { id, tree, parents: [head.id], rest: like.rest } };
  }

  async #write(tree: string, parents: readonly string[], rest = NOBODY): Promise<string> {
    const text = `tree ${tree}\n${parents.map((id) => `parent ${id}\n`).join('')}${rest}`;
    const words = ['hash-object', '-t', 'commit', '-w', '--stdin'];
    return (await this.#run(words, Buffer.from(text, BYTES))).trim();
  }

  async #run(words: readonly string[], input?: Buffer): Promise<string> {
    const done = await this.#git.run(words, input);
    if (done.kind === 'failed') throw localProblem(done, this.#top);
    return done.stdout;
  }
}

/** Messages and names may be in any encoding: they are passed on byte by byte. */
const BYTES = 'latin1';

/** For commits that only merges see. */
const NOBODY = 'author swarm <swarm@localhost> 0 +0000\ncommitter swarm <swarm@localhost> 0 +0000\n\n';

/** A signature is over the commit as it was. */
const withoutSignature = (rest: string): string => {
  const end = rest.indexOf('\n\n');
  const head = rest.slice(0, end).replace(/^gpgsig(-sha256)? .*(\n .*)*\n?/m, '');
  return `${head.replace(/\n$/, '')}${rest.slice(end)}`;
};

const lines = (text: string): string[] => text.split('\n').filter((line) => line !== '');
