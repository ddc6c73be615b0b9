// An agent's desk for real: a workspace, a way to the hub, and the project's own checks, run as programs of their own.

import {
  type Attempt,
  type Backend,
  type Cancel,
  EXIT,
  type Lease,
  type SessionEvent,
  SwarmError,
  type Task,
  type WorkspaceFinding,
} from '@swarm/core';
import type {
  Check,
  Claimed,
  Closing,
  Desk,
  Harvest,
  Landed,
  Need,
  Rebased,
  SessionWish,
} from '@swarm/fleet';
import type { Hub, WorkBench } from '@swarm/tasks';
import type { Checks, Inside } from './checks.js';
import type { QueueLanding } from './queue-landing.js';
import { type SessionPlace, searchPath, sessionEvents } from './session-place.js';

export interface DeskParts {
  /** Which agent of how many it is, as `sample-test` names it. */
  readonly share: string;
  /** Its name. */
  readonly workspace: string;
  readonly hub: Hub;
  /** Where the hub can have a landing queue. */
  readonly queue: QueueLanding | undefined;
  readonly bench: WorkBench;
  readonly checks: Checks;
  readonly backend: () => Promise<Backend>;
  readonly place: SessionPlace;
  readonly branch: string;
  /** What this agent claims next. */
  readonly claim: () => Promise<Claimed>;
  /** Throw the workspace away and make it anew: the parts of the new one. */
  readonly remake: () => Promise<DeskParts>;
}

export class HubDesk implements Desk {
  #base = '';
  private parts!: DeskParts;
  #isOpen = false;

  /** `make` gives undefined when nobody is to begin any more. */
  constructor(private readonly make: () => Promise<DeskParts | undefined>) {}

  /** Make the workspace and all else that is needed, where it isn't there yet. False: nobody is to begin any more. */
  async open(): Promise<boolean> {
    if (this.#isOpen) return true;
    const parts = await this.make();
    if (parts === undefined) return false;
    this.parts = parts;
    this.#isOpen = true;
    return true;
  }

  async claim(): Promise<Claimed> {
    return (await this.open()) ? this.parts.claim() : { kind: 'nothing', left: 1 };
  }

  async renew(lease: Lease): Promise<Lease | undefined> {
    const renewed = await this.parts.hub.claims.renew(lease);
    return renewed.kind === 'renewed' ? renewed.lease : undefined;
  }

  async release(lease: Lease, attempt: Attempt | undefined, becomes?: Closing): Promise<void> {
    const at = new Date().toISOString();
    const tried = attempt === undefined ? undefined : { ...attempt, at };
    const { queue, hub } = this.parts;
    if (queue !== undefined) return queue.release(lease, tried, becomes);
    await hub.claims.release(lease, {
      ...(tried === undefined ? {} : { attempt: tried }),
      ...(becomes === undefined ? {} : { becomes }),
    });
  }

  async prepare(): Promise<void> {
    await this.#mended();
    this.#base = await this.parts.bench.prepare(this.parts.branch);
  }

  async verify(task: Task): Promise<Need> {
    const { bench, checks } = this.parts;
    const built = await checks.build(bench.path, this.#inside());
    const hopeless = built.verdict === 'green' ? undefined : this.#unbuilt(built);
    const check = built.verdict === 'green' ? await this.#asked(task) : built;
    const tampered = await this.#mended();
    if (hopeless !== undefined) return hopeless;
    if (tampered !== undefined) return { verdict: 'unclear', detail: tampered };
    await bench.tidy();
    return check;
  }

  #asked({ verify }: Task): Promise<Check> {
    const { bench, checks } = this.parts;
    if (verify === undefined)
      return Promise.resolve({ verdict: 'unclear', detail: 'the task names no command' });
    return checks.task(verify, bench.path, this.#inside());
  }

  /**
   * The base itself, as nobody has touched it, can't be built. A change can't be judged then by the gate, and where nothing was ever built in a
   * sandbox the sandbox is to blame: the run is over. What was built before may be so again, so that is trouble (throws `base-broken`). Undefined:
   * a session may mend it.
   */
  #unbuilt({ detail }: Check): Need | undefined {
    const { checks, place } = this.parts;
    const where = place.sandboxed ? ' inside the sandbox' : '';
    const next = place.sandboxed
      ? 'name what it needs in workspaces.readOnly or workspaces.network, or mend the base'
      : 'mend the base, or gate.prepare';
    const what = `gate.prepare fails on the untouched base${where}: ${detail}`;
    if (!checks.hasBuilt)
      return checks.hasGate || place.sandboxed
        ? { verdict: 'hopeless', detail: `${what}: ${next}` }
        : undefined;
    if (!checks.hasGate) return undefined;
    throw new SwarmError(what, { code: 'base-broken', exit: EXIT.inconclusive, hint: next });
  }

  /** What an agent may have changed runs where the agent did. */
  #inside(): Inside | undefined {
    const { place } = this.parts;
    if (!place.sandboxed) return undefined;
    return async () => {
      const enclosure = await place.enclose();
      return { enclosure, path: searchPath(place, enclosure) };
    };
  }

  async *session(wish: SessionWish, cancel: Cancel): AsyncIterable<SessionEvent> {
    const { place, bench } = this.parts;
    yield* sessionEvents(await this.parts.backend(), place, bench.path, wish, () => this.#inspect(), cancel);
  }

  async #inspect(): Promise<WorkspaceFinding> {
    const tampered = await this.#mended();
    if (tampered !== undefined) return { changed: true, tampered };
    return { changed: await this.parts.bench.hasChanged(this.#base) };
  }

  /** Where git's own files were replaced nothing in the workspace is of use any more, for its claim neither: it is made anew. Says why. */
  async #mended(): Promise<string | undefined> {
    try {
      this.parts.bench.expectSound();
      return undefined;
    } catch (error) {
      if (!(error instanceof SwarmError && error.code === 'workspace-tampered')) throw error;
      this.parts = await this.parts.remake();
      return error.message;
    }
  }

  async harvest(task: Task): Promise<Harvest | undefined> {
    const { bench } = this.parts;
    const work = await bench.takeWork(this.#base, commitMessage(task));
    if (work !== undefined) await bench.keep(work.commit, task.id);
    return work;
  }

  async recall(task: Task): Promise<boolean> {
    return this.parts.bench.recall(task.id);
  }

  async forget(task: Task): Promise<void> {
    await this.parts.bench.forget(task.id);
  }

  /** The task's own command on the work as it lies there, and a sample of the project's tests. */
  async sample(task: Task): Promise<Check> {
    const check = await this.#sampled(task);
    const tampered = await this.#mended();
    return tampered === undefined ? check : { verdict: 'red', detail: tampered };
  }

  async #sampled(task: Task): Promise<Check> {
    const { bench, checks } = this.parts;
    const built = await checks.build(bench.path, this.#inside());
    if (built.verdict !== 'green') return built;
    const own =
      task.verify === undefined ? undefined : await checks.task(task.verify, bench.path, this.#inside());
    if (own !== undefined && own.verdict !== 'green')
      return { ...own, detail: `${task.verify}: ${own.detail}` };
    return checks.sample(bench.path, task.id, this.parts.share, this.#inside());
  }

  async rebase(task: Task): Promise<Rebased> {
    const { hub, branch, bench } = this.parts;
    await bench.tidy();
    const synced = await hub.sync({ branch });
    if (synced.kind !== 'synced') return { kind: 'conflict', paths: 'paths' in synced ? synced.paths : [] };
    this.#base = synced.base;
    const work = await bench.takeWork(this.#base, commitMessage(task));
    return work === undefined ? { kind: 'over' } : { kind: 'ready', commit: work.commit };
  }

  async gate(_: Task, commit: string): Promise<Check> {
    await this.parts.bench.bring(commit);
    return (await this.parts.queue?.gate()) ?? this.#check(commit);
  }

  async land(lease: Lease, commit: string): Promise<Landed> {
    const { queue } = this.parts;
    const directly = (mine: Lease) => this.#landDirectly(mine, commit);
    if (queue === undefined) return directly(lease);
    return queue.land(lease, commit, () => this.#check(commit), directly);
  }

  #check(commit: string): Promise<Check> {
    const { checks, workspace } = this.parts;
    return checks.gate(commit, this.#base, workspace);
  }

  async #landDirectly(lease: Lease, commit: string): Promise<Landed> {
    const { hub, branch } = this.parts;
    const result = await hub.land({ lease, commit, branch, at: new Date().toISOString() });
    switch (result.kind) {
      case 'landed':
        return result;
      case 'lease-lost':
        return { kind: 'lost' };
      case 'gone':
        return { kind: 'over' };
      case 'refused':
        return result;
      case 'base-moved':
        return { kind: 'moved' };
    }
  }
}

export const commitMessage = ({ id, title }: Task): string => `${title}\n\nTask: ${id}\n`;
