// The program of one session: a process group of its own with the prompt on standard input, both outputs as lines, and an end that
// is the end of all of it. It doesn't outlive this process, however that ends.

import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Enclosure, Started } from '@swarm/core';
import { askedOf, watchUsage } from '../enclosed.js';
import { endAtOnce, endPolitely } from '../ending.js';
import { membersOf, startLeader } from '../leader.js';
import { ownerStamp } from '../owner.js';
import { signalName } from '../run-result.js';
import { startFailure } from '../start-failure.js';
import { Lines } from './lines.js';

export interface SessionProgram {
  /** Run without a shell, in its enclosure. A SWARM_RUN in its environment is what its processes are found by; else one is made. */
  readonly program: Started;
  readonly enclosure: Enclosure;
  readonly cwd: string;
  readonly input: string;
  /** It took too much, in words; it is for the caller to end it. */
  readonly onExcess: (what: string) => void;
  readonly onLine: (line: string, stream: 'stdout' | 'stderr') => void;
}

/** How it ended: its status, or words where there is none. */
export interface ProgramEnd {
  readonly status: number | string;
  /** The last line that it wrote to standard error. */
  readonly lastError?: string;
}

/** How long an output may stay open when all processes that we know of are dead. */
const DRAIN_MS = 2000;
const SHELL_SIGNAL = 128;

export class SessionProcess {
  readonly #child: ChildProcess | undefined;
  readonly #cookie: string;
  #lastError: string | undefined;
  #ending: Promise<unknown> | undefined;
  /** Settles when nothing of it is left and all of its output has been told. */
  readonly ended: Promise<ProgramEnd>;

  constructor(private readonly program: SessionProgram) {
    const { cwd, input, enclosure } = program;
    const { lastWish, processLimits } = enclosure;
    const { argv, env } = enclosure.enter(program.program);
    this.#cookie = program.program.env.SWARM_RUN ?? `${ownerStamp()}-${randomBytes(6).toString('hex')}`;
    const reason = startFailure({ argv, cwd }, env.PATH);
    if (reason !== undefined) {
      this.ended = Promise.resolve({ status: `could not be started: ${reason}` });
      return;
    }
    this.#child = startLeader({ argv, cwd, env, cookie: this.#cookie, lastWish, processLimits }, 'pipe');
    this.#child.stdin?.on('error', () => {}); // A program need not read its prompt.
    this.#child.stdin?.end(input);
    this.ended = this.#follow(this.#child);
  }

  /** End it and all that it started: TERM, a grace, KILL. */
  end(): void {
    const leader = this.#child?.pid;
    const { holdsOthers } = this.program.enclosure;
    this.#ending ??= endPolitely(() => askedOf(this.#members(), leader, holdsOthers)).then(() =>
      endAtOnce(() => this.#members()),
    );
  }

  /** Read on, or let it wait with what it has to say. */
  flow(on: boolean): void {
    for (const stream of [this.#child?.stdout, this.#child?.stderr])
      if (on) stream?.resume();
      else stream?.pause();
  }

  async #follow(child: ChildProcess): Promise<ProgramEnd> {
    const release = watchUsage(
      this.program.enclosure,
      (table) => membersOf(this.#child?.pid, this.#cookie, table),
      this.program.onExcess,
    );
    const read = [this.#read(child.stdout!, 'stdout'), this.#read(child.stderr!, 'stderr')];
    const status = await new Promise<number | string>((settle) => {
      child.once('error', (error) => settle(`could not be started: ${error.message}`));
      child.once('exit', (code) => settle(inWords(code)));
    });
    release();
    await this.#ending;
    await endAtOnce(() => this.#members());
    this.flow(true);
    await Promise.race([Promise.all(read), sleep(DRAIN_MS, undefined, { ref: false })]);
    child.stdout?.destroy();
    child.stderr?.destroy();
    return { status, ...(this.#lastError === undefined ? {} : { lastError: this.#lastError }) };
  }

  #read(stream: Readable, name: 'stdout' | 'stderr'): Promise<void> {
    const lines = new Lines();
    const tell = (line: string) => {
      if (name === 'stderr' && line.trim() !== '') this.#lastError = line.trim();
      this.program.onLine(line, name);
    };
    stream.on('data', (chunk: Buffer) => {
      for (const line of lines.push(chunk)) tell(line);
    });
    return new Promise((settle) => {
      stream.once('close', () => {
        for (const line of lines.rest()) tell(line);
        settle();
      });
    });
  }

  #members(): number[] {
    return membersOf(this.#child?.pid, this.#cookie);
  }
}

/** Signals that end programs; what is above them is some program's own idea of an exit status. */
const ENDING = /^SIG(?:HUP|INT|QUIT|ILL|TRAP|ABRT|BUS|FPE|KILL|SEGV|PIPE|ALRM|TERM|XCPU|XFSZ|SYS)$/;

/** The leader gives 128 and the signal's number where a signal ended the program. */
function inWords(code: number | null): number | string {
  if (code === null) return 'was killed with its leader';
  const name = signalName(code - SHELL_SIGNAL);
  return code > SHELL_SIGNAL && ENDING.test(name) ? `was ended by ${name}` : code;
}
