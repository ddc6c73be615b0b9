// A candidate by itself, before anything is run: does it meddle with what judges it, and has the owner agreed? What was agreed
// to changes the rules, so it is gated alone.

import { type Protection, tamperingOf } from '@swarm/core';
import type { Waiting } from '@swarm/tasks';
import { type Approval, approvalOf } from '../gate/approval.js';
import { rulesOf } from '../gate/rules.js';
import type { QueueBench } from './bench.js';

export type Inspected =
  | { readonly kind: 'plain' }
  | { readonly kind: 'approved'; readonly approval: Approval }
  | { readonly kind: 'meddles'; readonly reason: string };

/** Looks at candidates on one base. What it found of one holds as long as the base and the candidate do. */
export class Inspection {
  readonly #known = new Map<string, Inspected>();
  #base = '';
  #protections: Promise<readonly Protection[]> = Promise.resolve([]);

  constructor(private readonly bench: Pick<QueueBench, 'server' | 'state'>) {}

  async of(base: string, candidate: Waiting): Promise<Inspected> {
    if (this.#base !== base) {
      this.#known.clear();
      this.#base = base;
      this.#protections = this.#protectionsOf(base);
    }
    const known = this.#known.get(candidate.token);
    if (known !== undefined) return known;
    const found = await this.#look(base, candidate.commit);
    this.#known.set(candidate.token, found);
    return found;
  }

  async #protectionsOf(base: string): Promise<readonly Protection[]> {
    const { trees } = this.bench.server;
    return (await rulesOf(trees, (await trees.treeOf(base))!)).protections;
  }

  /** The change as it was written: from where it left main. */
  async #look(base: string, commit: string): Promise<Inspected> {
    const { state, server } = this.bench;
    const { trees } = server;
    const fork = (await trees.forkOf(base, commit)) ?? base;
    const [from, to] = [(await trees.treeOf(fork))!, (await trees.treeOf(commit))!];
    const touched = await trees.changes(from, to);
    const [first, ...more] = tamperingOf(touched, await this.#protections);
    if (first === undefined) return { kind: 'plain' };
    const subject = {
      base: { name: fork, tree: from },
      candidate: { name: commit, tree: to, commit },
    };
    const approval = await approvalOf(state, subject, trees, process.env);
    if (approval !== undefined) return { kind: 'approved', approval };
    const rest = more.length === 0 ? '' : `, and ${more.length} more`;
    return { kind: 'meddles', reason: `${first.what}: ${first.reason}, without the owner's approval${rest}` };
  }
}
