// The backend that runs a program as a dialect says: its lines become signals, the signals one judged session, and every limit is
// kept from outside, whatever the program does about it. The last event is `finished`, and nothing runs any more when it's told.

import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import {
  type Backend,
  beginSession,
  type Cancel,
  type Dialect,
  judgeSession,
  limitReached,
  nextLimitAtMs,
  noteSignal,
  OPEN,
  pricedUsage,
  priceOf,
  type SessionCommand,
  type SessionEvent,
  type SessionRequest,
  type SessionSignal,
  type SessionState,
  type SessionStop,
  type SessionUsage,
} from '@swarm/core';
import { diskProblem } from '../disk-problem.js';
import { makeFolder } from '../folder.js';
import { SessionProcess } from './session-process.js';

/** Events that nobody has taken yet; beyond it the program has to wait. */
const MAX_WAITING = 1000;
/** Node's timers hold no more. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** A backend out of a dialect. */
export const programBackend = (dialect: Dialect): Backend => ({
  run: (request, cancel) => new Session(dialect, request, cancel).events(),
});

class Session {
  #state: SessionState = beginSession(performance.now());
  #waiting: SessionEvent[] = [];
  #wake: () => void = () => {};
  #timer: NodeJS.Timeout | undefined;
  #process: SessionProcess | undefined;

  constructor(
    private readonly dialect: Dialect,
    private readonly request: SessionRequest,
    private readonly cancel: Cancel,
  ) {}

  async *events(): AsyncGenerator<SessionEvent> {
    let over = false;
    const run = this.#run().finally(() => {
      over = true;
      this.#wake();
    });
    run.catch(() => {}); // Awaited below.
    try {
      while (!over || this.#waiting.length > 0) {
        const woken = new Promise<void>((wake) => {
          this.#wake = wake;
        });
        if (over || this.#waiting.length > 0) yield* this.#take();
        else await woken;
      }
      await run;
      yield judgeSession(this.#state, performance.now());
    } finally {
      this.#process?.end();
      await run;
    }
  }

  *#take(): Generator<SessionEvent> {
    const events = this.#waiting;
    this.#waiting = [];
    this.#process?.flow(true);
    yield* events;
  }

  async #run(): Promise<void> {
    const command = this.dialect.command(this.request);
    await prepareHome(this.request, command);
    this.#state = beginSession(performance.now());
    if (!this.cancel.cancelled) await this.#runProgram(command);
    else this.#note({ kind: 'stopped', by: 'cancelled' });
    if (this.request.inspect !== undefined)
      this.#note({ kind: 'inspected', finding: await this.request.inspect() });
  }

  async #runProgram({ argv, env, input }: SessionCommand): Promise<void> {
    const { request } = this;
    const reader = this.dialect.reader();
    const program = new SessionProcess({
      program: { argv, env: { ...request.env, ...env } },
      enclosure: request.enclosure ?? OPEN,
      cwd: request.workspace,
      onExcess: (what) => this.#stop('excess', what),
      input: input ?? request.prompt,
      onLine: (line, stream) => {
        request.onLine?.(line, stream);
        this.#noteAll(stream === 'stdout' ? reader.line(line) : (reader.errorLine?.(line) ?? []));
      },
    });
    this.#process = program;
    this.cancel.onCancel(() => this.#stop('cancelled'));
    this.#watch();
    try {
      const { status, lastError } = await program.ended;
      const exitStatus = typeof status === 'number' && this.#state.stop === undefined ? status : undefined;
      this.#noteAll(reader.end?.(exitStatus) ?? []);
      this.#note({ kind: 'exited', status, ...(lastError === undefined ? {} : { lastError }) });
    } finally {
      clearTimeout(this.#timer);
      this.#process = undefined;
    }
  }

  #noteAll(signals: readonly SessionSignal[]): void {
    for (const signal of signals) this.#note(signal);
    const reached = limitReached(this.#state, this.request.limits, performance.now());
    if (reached !== undefined) this.#stop(reached);
    if (this.#waiting.length > MAX_WAITING) this.#process?.flow(false);
  }

  #note(signal: SessionSignal): void {
    const priced = signal.kind === 'usage' ? { ...signal, usage: this.#priced(signal.usage) } : signal;
    this.#state = noteSignal(this.#state, priced, performance.now());
    const event = toldOutside(priced, this.#state);
    if (event === undefined) return;
    this.#waiting.push(event);
    this.#wake();
  }

  #priced(usage: SessionUsage): SessionUsage {
    const { prices = {}, model } = this.request;
    return pricedUsage(usage, priceOf(prices, this.#state.model ?? model));
  }

  #stop(by: SessionStop, detail?: string): void {
    if (this.#process === undefined || this.#state.stop !== undefined) return;
    this.#note({ kind: 'stopped', by, ...(detail === undefined ? {} : { detail }) });
    this.#process.end();
  }

  /** Until the next limit of time; what has been said meanwhile may have moved it. */
  #watch(): void {
    const { limits } = this.request;
    const leftMs = nextLimitAtMs(this.#state, limits) - performance.now();
    if (leftMs === Number.POSITIVE_INFINITY) return;
    this.#timer = setTimeout(
      () => {
        const reached = limitReached(this.#state, limits, performance.now());
        if (reached === undefined) this.#watch();
        else this.#stop(reached);
      },
      Math.min(Math.max(leftMs, 1), LONGEST_TIMER_MS),
    );
  }
}

/** What others are told of a signal; totals as they stand. */
function toldOutside(signal: SessionSignal, { usage }: SessionState): SessionEvent | undefined {
  switch (signal.kind) {
    case 'progress':
    case 'concluded':
    case 'exited':
    case 'stopped':
    case 'inspected':
      return undefined;
    case 'usage':
      return { kind: 'usage', usage };
    default:
      return signal;
  }
}

/** Its folders, the one for temporary files among them, and the files that the dialect wants there. */
async function prepareHome({ home, env }: SessionRequest, { files = {} }: SessionCommand): Promise<void> {
  makeFolder(home, 'session home', 0o700);
  if (env.TMPDIR?.startsWith(`${home}/`) === true) makeFolder(env.TMPDIR, 'session home', 0o700);
  for (const [name, text] of Object.entries(files)) {
    const path = join(home, name);
    makeFolder(dirname(path), 'session home');
    await writeFile(path, text, { mode: 0o600 }).catch((error: unknown) => {
      throw diskProblem(error, 'write', path);
    });
  }
}
