// How many programs at once are worth it: as many as there are cores, and more only while cores stand idle. Programs that compute
// gain nothing from company beyond the cores; programs that wait (for a time limit, a network) leave cores idle and do.

import { availableParallelism, cpus } from 'node:os';

/** Processor time since the machine started, over all cores, in ms. */
export interface CoreTimes {
  readonly idleMs: number;
  readonly totalMs: number;
}

export interface RoomOptions {
  /** The most that there may ever be room for. */
  readonly most: number;
  /** Default: what this process may use. */
  readonly cores?: number;
  /** Default: what the system says. */
  readonly times?: () => CoreTimes;
}

const LOOK_MS = 200;
/** A core that does a tenth of something is as good as idle; all busy but a quarter of one is busy. */
const IDLE = 0.9;
const BUSY = 0.25;

export class Room {
  #now: number;
  #last: CoreTimes;
  #more: () => void = () => {};
  readonly #timer: NodeJS.Timeout | undefined;
  readonly #cores: number;
  readonly #times: () => CoreTimes;

  constructor(private readonly options: RoomOptions) {
    this.#cores = options.cores ?? availableParallelism();
    this.#times = options.times ?? coreTimes;
    this.#now = Math.min(options.most, this.#cores);
    this.#last = this.#times();
    if (options.most > this.#cores) this.#timer = setInterval(() => this.look(), LOOK_MS).unref();
  }

  /** How many there is room for at this moment. */
  get now(): number {
    return this.#now;
  }

  /** Calls `listener`, the last one given, whenever there is room for more. */
  onMore(listener: () => void): void {
    this.#more = listener;
  }

  /** Look again at what the cores did since the last look. Done by itself every 200 ms. */
  look(): void {
    const times = this.#times();
    const totalMs = times.totalMs - this.#last.totalMs;
    if (totalMs <= 0) return;
    const idle = ((times.idleMs - this.#last.idleMs) / totalMs) * this.#cores;
    this.#last = times;
    if (idle >= IDLE) this.#set(this.#now + Math.round(idle));
    else if (idle < BUSY) this.#set(this.#now - 1);
  }

  close(): void {
    clearInterval(this.#timer);
    this.#more = () => {};
  }

  #set(wanted: number): void {
    const before = this.#now;
    const { most } = this.options;
    this.#now = Math.min(most, Math.max(wanted, this.#cores));
    if (this.#now > before) this.#more();
  }
}

function coreTimes(): CoreTimes {
  let [idleMs, totalMs] = [0, 0];
  for (const { times } of cpus()) {
    idleMs += times.idle;
    totalMs += times.user + times.nice + times.sys + times.irq + times.idle;
  }
  return { idleMs, totalMs };
}
