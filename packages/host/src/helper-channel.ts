// The line to one bash helper: starts it, sends shell text, hears how programs ended, ends it. The protocol, and what
// is guaranteed when Node dies, are in helper-script.ts.

import type { ChildProcess } from 'node:child_process';
import { rm, writeFile } from 'node:fs/promises';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { createCaptureFolder } from './capture-folder.js';
import { HELPER_SCRIPT } from './helper-script.js';
import type { View } from './process.js';
import { framed } from './shell-text.js';
import { inView } from './view-command.js';
import { Watchdog } from './watchdog.js';

/** How the program ended that was asked for. */
export interface Reply {
  /** As the shell knows it: 128 and more for a signal, unless `exited`. */
  readonly status: number;
  /** True when the status is the program's own, however high. */
  readonly exited: boolean;
  /** False when not even its folder or streams could be opened. */
  readonly started: boolean;
  /** Its group is not empty. */
  readonly leftover: boolean;
}

/** How the shell's lines about jobs go on, after the job's state. */
const JOB_TEXT = '( cd -- "$swarm_cwd"';
const NO_SIGNAL = /\b(?:Exit \d+|Done|Running|Stopped)\b.*\( cd --/;

export class HelperChannel {
  readonly #lines: string[] = [];
  #wake: () => void = () => {};
  #unread = '';
  #alive = true;
  #hangs = false;
  readonly #gone: Promise<void>;
  #guard = 0;

  private constructor(
    private readonly child: ChildProcess,
    /** What the shell calls itself in its messages. */
    readonly name: string,
    /** A private folder, for captures. */
    readonly dir: string,
    private readonly silenceMs: number,
  ) {
    this.#gone = new Promise((done) => child.once('close', () => done()));
    child.once('exit', () => this.#lose());
    child.once('error', () => this.#lose());
    (child.stdout as Socket | null)?.setEncoding('latin1').on('data', (text: string) => this.#hear(text));
    for (const stream of this.#streams()) {
      stream.on('error', () => {}); // That a helper is gone is known by its exit.
      stream.unref();
    }
  }

  /** Start a helper; undefined when it can't be started or doesn't answer, or its view can't be made. */
  static async open(
    cookie: string,
    view: View | undefined,
    silenceMs: number,
  ): Promise<HelperChannel | undefined> {
    const { execa } = await import('execa');
    const dir = await createCaptureFolder();
    const name = join(dir, 'helper');
    await writeFile(name, HELPER_SCRIPT);
    const bash = ['bash', '--norc', '--noprofile', name, dir, cookie];
    const [program, ...args] = view === undefined ? bash : inView(view, dir, bash);
    const child = execa(program!, args, {
      stdio: ['pipe', 'pipe', 'ignore', 'pipe'],
      env: { PATH: process.env.PATH ?? '' },
      extendEnv: false,
      cwd: '/',
      detached: true,
      cleanup: false,
      buffer: false,
      reject: false,
    });
    const channel = new HelperChannel(child as unknown as ChildProcess, name, dir, silenceMs);
    if (await channel.#greeted()) return channel;
    await channel.close();
    return undefined;
  }

  /** False once the helper has ended or is being closed. */
  get usable(): boolean {
    return this.#alive;
  }

  /** True when it was ended because it said nothing for too long. */
  get hangs(): boolean {
    return this.#hangs;
  }

  /** The helper's own processes: never to be killed with what it runs. */
  get own(): { readonly session: number; readonly guard: number } {
    return { session: this.child.pid!, guard: this.#guard };
  }

  /** Send a command that starts a program, and hear how that ended; undefined when the helper was lost meanwhile. */
  async ask(text: string): Promise<Reply | undefined> {
    this.child.ref();
    const watchdog = new Watchdog(this.own, this.silenceMs, () => this.#giveUp());
    try {
      this.child.stdin?.write(framed(text));
      return await this.#reply();
    } finally {
      watchdog.release();
      this.child.unref();
    }
  }

  /** Keep Node alive, or don't, while what is left of a program is being ended. */
  async close(): Promise<void> {
    this.#lose();
    if (this.child.pid !== undefined) {
      this.child.ref();
      for (const stream of this.#streams()) stream.ref();
      await this.#gone;
    }
    await rm(this.dir, { recursive: true, force: true });
  }

  /** Hang up: the guard ends the session. */
  #lose(): void {
    this.#alive = false;
    this.child.stdin?.destroy();
    (this.child.stdio[3] as Socket | null)?.destroy();
    this.#wake();
  }

  /** The guard ends the session when it can; a helper that hangs is ended here also when the guard hangs too. */
  #giveUp(): void {
    this.#hangs = true;
    this.child.kill('SIGKILL');
    this.#lose();
  }

  async #greeted(): Promise<boolean> {
    const late = setTimeout(() => this.#giveUp(), this.silenceMs);
    const words = (await this.#nextLine())?.split(' ');
    clearTimeout(late);
    this.#guard = Number(words?.[2]);
    this.child.unref();
    return words?.[0] === 'h';
  }

  async #reply(): Promise<Reply | undefined> {
    let started = true;
    let exited = true;
    for (;;) {
      const line = await this.#nextLine();
      if (line === undefined) return undefined;
      const [word, status, leftover] = line.split(' ');
      if (word === 'x') return { status: Number(status), exited, started, leftover: leftover === '1' };
      if (word === 'n') started = false;
      else if (line.includes(JOB_TEXT) && !NO_SIGNAL.test(line)) exited = false;
    }
  }

  async #nextLine(): Promise<string | undefined> {
    while (this.#lines.length === 0 && this.#alive) await new Promise<void>((done) => (this.#wake = done));
    return this.#lines.shift();
  }

  #hear(text: string): void {
    const lines = (this.#unread + text).split('\n');
    this.#unread = lines.pop()!;
    this.#lines.push(...lines);
    if (lines.length > 0) this.#wake();
  }

  #streams(): Socket[] {
    const { stdio } = this.child;
    return [stdio[0], stdio[1], stdio[3]].filter((stream) => stream != null) as unknown as Socket[];
  }
}
