// A helper as a process: it is started, says which processes are its own, is watched while it owes an answer, and ended. What is said to
// it and what its answers mean is its line's business (bash-line.ts, native-line.ts).
//
// What every helper guarantees: it leads a session, in which everything that its programs start stays that doesn't leave on purpose.
// A guard process of it waits on its descriptor 3, whose other end only Node holds. When Node ends, by whatever means, the guard
// kills the whole session, then whatever carries the cookie, and is gone itself.

import { type ChildProcess, spawn } from 'node:child_process';
import type { Socket } from 'node:net';
import { Watchdog } from './watchdog.js';

/** The helper's own processes: never to be killed with what it runs. */
export interface OwnProcesses {
  readonly session: number;
  readonly guard: number;
}

export class HelperProcess {
  readonly #child: ChildProcess;
  readonly #gone: Promise<void>;
  readonly #watchdog: Watchdog;
  #hear: (bytes: Buffer) => void = () => {};
  #lost: () => void = () => {};
  #alive = true;
  #hangs = false;
  #guard = 0;

  /** Start one. It is on its way when this returns; that it can't be started at all is known by its end. */
  constructor(
    command: readonly string[],
    private readonly silenceMs: number,
  ) {
    const [program, ...args] = command;
    this.#child = spawn(program!, args, {
      stdio: ['pipe', 'pipe', 'ignore', 'pipe'],
      env: { PATH: process.env.PATH ?? '' },
      cwd: '/',
      detached: true,
    });
    this.#watchdog = new Watchdog(this, silenceMs, () => this.#giveUp());
    this.#gone = new Promise((done) => this.#child.once('close', () => done()));
    this.#child.once('exit', () => this.#lose());
    this.#child.once('error', () => this.#lose());
    this.#child.stdout?.on('data', (bytes: Buffer) => this.#hear(bytes));
    for (const stream of this.#streams()) {
      stream.on('error', () => {}); // That a helper is gone is known by its exit.
      stream.unref();
    }
  }

  /** False once it has ended or is being closed. */
  get usable(): boolean {
    return this.#alive;
  }

  /** True when it was ended because it said nothing for too long. */
  get hangs(): boolean {
    return this.#hangs;
  }

  get own(): OwnProcesses {
    return { session: this.#child.pid ?? 0, guard: this.#guard };
  }

  /** What it says goes to `hear`; `lost` is called once it can't say any more. */
  listen(hear: (bytes: Buffer) => void, lost: () => void): void {
    this.#hear = hear;
    this.#lost = lost;
  }

  /** Wait for its greeting, which tells its guard; false when there is none in time. */
  async greeted(greeting: Promise<number | undefined>): Promise<boolean> {
    const late = setTimeout(() => this.#giveUp(), this.silenceMs);
    const guard = await greeting;
    clearTimeout(late);
    this.#child.unref();
    this.guardedBy(guard ?? 0);
    return guard !== undefined;
  }

  /** It has this guard from now on. */
  guardedBy(guard: number): void {
    this.#guard = guard;
  }

  /** Say something, and keep Node alive until the answer is there; it is ended when nothing comes and nothing runs. */
  async ask<T>(bytes: Uint8Array, answer: Promise<T>): Promise<T> {
    this.#child.ref();
    this.#watchdog.owed(true);
    try {
      this.#child.stdin?.write(bytes);
      return await answer;
    } finally {
      this.#watchdog.owed(false);
      this.#child.unref();
    }
  }

  /** Keep Node alive while what is left of a program is being ended. */
  async close(): Promise<void> {
    this.#lose();
    if (this.#child.pid === undefined) return;
    this.#child.ref();
    for (const stream of this.#streams()) stream.ref();
    await this.#gone;
  }

  /** Hang up: the guard ends the session. */
  #lose(): void {
    this.#alive = false;
    this.#watchdog.release();
    this.#child.stdin?.destroy();
    (this.#child.stdio[3] as Socket | null)?.destroy();
    this.#lost();
  }

  /** The guard ends the session when it can; a helper that hangs is ended here also when the guard hangs too. */
  #giveUp(): void {
    this.#hangs = true;
    this.#child.kill('SIGKILL');
    this.#lose();
  }

  #streams(): Socket[] {
    const { stdio } = this.#child;
    return [stdio[0], stdio[1], stdio[3]].filter((stream) => stream != null) as unknown as Socket[];
  }
}
