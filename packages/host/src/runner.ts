// The process runner: hands programs to as many helpers as may work at once, in order of arrival.

import { availableParallelism } from 'node:os';
import { EXIT, SwarmError } from '@swarm/core';
import { chosenHelper, openLine } from './helper-kind.js';
import type { ProcessRunner, RunnerOptions, RunRequest, RunResult } from './process.js';
import { withoutRun } from './run-result.js';
import { Spawner } from './spawned.js';
import { malformed } from './start-failure.js';
import { Helper, type Station } from './station.js';
import { insideOf, surroundings } from './surroundings.js';
import { SILENCE_MS } from './watchdog.js';

/**
 * A runner of programs. Helpers start with the first programs and stay; an idle runner doesn't keep Node alive.
 * `run` throws `no-view` (exit 3) when the view that was asked for can't be made.
 */
export function createRunner(options: RunnerOptions = {}): ProcessRunner {
  const by = options.outside === true ? undefined : surroundings();
  const pool = new Pool(options);
  return by === undefined ? pool : insideOf(by, pool);
}

/** A program that waits in line. */
interface Waiting {
  readonly request: RunRequest;
  readonly settle: (result: RunResult | Promise<RunResult>) => void;
  /** Called by the caller's signal while it waits. */
  readonly leave: () => void;
}

class Pool implements ProcessRunner {
  readonly #env: Record<string, string>;
  readonly #jobs: number;
  readonly #line: Waiting[] = [];
  readonly #idle: Station[] = [];
  readonly #stations = new Set<Station>();
  readonly #starting = new Set<Promise<void>>();
  #started = 0;
  #closed: Promise<void> | undefined;

  constructor(private readonly options: RunnerOptions) {
    this.#env = { ...process.env } as Record<string, string>;
    this.#jobs = Math.max(1, options.jobs ?? 2 * availableParallelism());
  }

  run(request: RunRequest): Promise<RunResult> {
    const reason = malformed(request);
    if (reason !== undefined) return Promise.resolve(withoutRun({ kind: 'not-started', reason }));
    if (this.#closed !== undefined || request.signal?.aborted)
      return Promise.resolve(withoutRun({ kind: 'aborted' }));
    const station = this.#line.length === 0 ? this.#takeIdle() : undefined;
    if (station !== undefined) return station.run(request, () => this.#free(station));
    return new Promise((settle) => {
      const leave = () => {
        this.#line.splice(this.#line.indexOf(waiting), 1);
        settle(withoutRun({ kind: 'aborted' }));
      };
      const waiting: Waiting = { request, settle, leave };
      request.signal?.addEventListener('abort', leave, { once: true });
      this.#line.push(waiting);
      this.#dispatch();
    });
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    while (this.#line.length > 0) this.#next().settle(withoutRun({ kind: 'aborted' }));
    await Promise.all(this.#starting);
    await Promise.all([...this.#stations].map((station) => station.close()));
  }

  /** Take the first in line; from here on its signal is the station's business. */
  #next(): Waiting {
    const waiting = this.#line.shift()!;
    waiting.request.signal?.removeEventListener('abort', waiting.leave);
    return waiting;
  }

  #takeIdle(): Station | undefined {
    for (let station = this.#idle.pop(); station !== undefined; station = this.#idle.pop()) {
      if (station.usable) return station;
      this.#stations.delete(station);
    }
    return undefined;
  }

  /** Give idle stations to those who wait; start another one where there are too few. */
  #dispatch(): void {
    while (this.#line.length > 0) {
      const station = this.#takeIdle();
      if (station === undefined) break;
      const { request, settle } = this.#next();
      settle(station.run(request, () => this.#free(station)));
    }
    const room = this.#jobs - this.#stations.size - this.#starting.size;
    const wanted = Math.min(this.#line.length - this.#starting.size, room);
    for (let i = 0; i < wanted; i++) this.#startStation();
  }

  #free(station: Station): void {
    if (station.usable) this.#idle.push(station);
    else this.#stations.delete(station);
    this.#dispatch();
  }

  #startStation(): void {
    const starting = this.#makeStation()
      .then((station) => {
        this.#stations.add(station);
        this.#idle.push(station);
      })
      .catch((error: unknown) => {
        while (this.#line.length > 0) this.#next().settle(Promise.reject(error));
      })
      .finally(() => {
        this.#starting.delete(starting);
        this.#dispatch();
      });
    this.#starting.add(starting);
  }

  async #makeStation(): Promise<Station> {
    const { view, silenceMs = SILENCE_MS } = this.options;
    const value = this.options.cookie === undefined ? '' : `${this.options.cookie}.${++this.#started}`;
    const line = await openLine(this.options.helper ?? chosenHelper(), { cookie: value, view, silenceMs });
    if (line !== undefined) return new Helper(line, value, this.#env);
    if (view === undefined) return new Spawner(value, this.#env);
    throw new SwarmError(`view of ${view.root}: the mount namespace could not be made`, {
      code: 'no-view',
      exit: EXIT.environment,
      hint: 'needs Linux, unshare and the right to mount: root or user namespaces',
    });
  }
}
