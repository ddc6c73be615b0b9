// The slots of a session: at most one a worker, made when first wanted, lent to one probe at a time.

import { join } from 'node:path';
import { copyTree, createRunner, type ProcessRunner } from '@swarm/host';
import { diskFull, isDiskFull } from '../store/blobs.js';
import { type Assembly, type Bench, placedObjects, StepReplay } from './assembly.js';
import {
  CommandAssembly,
  type LinkCommand,
  RebuildAssembly,
  type RebuildCommand,
} from './command-assembly.js';
import { movedPlace, viewedPlace } from './place.js';
import { Slot, type SlotSetting } from './slot.js';

export interface PoolOptions {
  readonly setting: SlotSetting;
  readonly env: Readonly<Record<string, string>>;
  readonly link: LinkCommand | undefined;
  readonly rebuild: RebuildCommand | undefined;
  /** Work folder of the session, and its mark on processes. */
  readonly folder: string;
  readonly cookie: string;
  readonly size: number;
  readonly views: boolean;
  readonly walker: ProcessRunner;
  readonly skip: readonly string[];
}

export class SlotPool {
  private readonly free: Slot[] = [];
  private readonly waiting: ((slot: Slot | undefined) => void)[] = [];
  private readonly runners: ProcessRunner[] = [];
  private lent = 0;
  private made = 0;

  constructor(private readonly options: PoolOptions) {}

  /**
   * Use a slot. Where the work throws, or its result is not sound, nobody knows what state the slot is in: it is not used
   * again.
   */
  async use<T>(work: (slot: Slot) => Promise<T>, isSound: (result: T) => boolean = () => true): Promise<T> {
    const slot = await this.take();
    let sound = false;
    try {
      const result = await work(slot);
      sound = isSound(result);
      return result;
    } catch (cause) {
      throw isDiskFull(this.options.folder) ? diskFull(this.options.folder, cause) : cause;
    } finally {
      this.give(sound ? slot : undefined);
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.runners.map((runner) => runner.close()));
  }

  private async take(): Promise<Slot> {
    let slot = this.free.pop();
    if (slot === undefined && this.lent >= this.options.size)
      slot = await new Promise<Slot | undefined>((resolve) => this.waiting.push(resolve));
    else this.lent += 1;
    if (slot !== undefined) return slot;
    try {
      return await this.create();
    } catch (cause) {
      this.give(undefined);
      throw cause;
    }
  }

  /** Hand a slot, or the right to make one, to the next in line. */
  private give(slot: Slot | undefined): void {
    const next = this.waiting.shift();
    if (next !== undefined) {
      next(slot);
      return;
    }
    this.lent -= 1;
    if (slot !== undefined) this.free.push(slot);
  }

  private async create(): Promise<Slot> {
    const { setting, env, folder, cookie, views, walker, skip } = this.options;
    const { root } = setting.plan;
    const side = join(folder, `slot-${++this.made}`);
    const copy = join(side, 'tree');
    // The first link puts every object in place: a copy would only be removed again.
    const placed = new Set(placedObjects(setting.plan));
    await copyTree(root, copy, { skip: (path) => skip.includes(path) || placed.has(join(root, path)) });
    const view = views ? { view: { root, copy, keep: skip } } : {};
    const runner = createRunner({ cookie: runnerCookie(cookie, `slot-${this.made}`), ...view });
    this.runners.push(runner);
    const place = views ? viewedPlace(root, copy, skip) : movedPlace(root, copy, skip);
    const bench: Bench = { place, copy, side, env, runner, walker, skip };
    return new Slot(setting, bench, this.assembly(bench));
  }

  private assembly(bench: Bench): Assembly {
    const { link, rebuild, setting } = this.options;
    if (rebuild !== undefined) return new RebuildAssembly(rebuild, setting.plan, bench);
    if (link !== undefined) return new CommandAssembly(link, setting.plan, bench);
    return new StepReplay(setting.plan, setting.graph, bench);
  }
}

/**
 * The mark that a session's runner puts on its processes. Each runner needs one of its own: it ends what carries it, and
 * two runners with one mark would end each other's programs.
 */
export const runnerCookie = (session: string, runner: string): string => `${session}.${runner}`;
