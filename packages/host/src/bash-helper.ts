// Runs programs through one bash helper, one at a time: sends them off, ends what overstays, cleans up after them.

import { join, resolve } from 'node:path';
import { DEFAULT_CAP_BYTES, headOf, outputTo, takeCapture } from './capture.js';
import { endAtOnce, goneWithin } from './ending.js';
import type { HelperChannel, Reply } from './helper-channel.js';
import { Limits } from './limits.js';
import { endOrphans } from './orphans.js';
import type { Exit, RunRequest, RunResult } from './process.js';
import { listProcesses, processesWithVariable } from './process-table.js';
import { runResult, signalName, withoutRun } from './run-result.js';
import {
  environmentChange,
  NO_ENVIRONMENT,
  type ShellEnvironment,
  shellEnvironment,
  startText,
} from './shell-text.js';
import { startFailure } from './start-failure.js';

/** Something that runs one program at a time. */
export interface Station {
  /** False when it can't run any more. */
  readonly usable: boolean;
  /** Never called again before it has called `free`, which may be before the result is there. */
  run(request: RunRequest, free: () => void): Promise<RunResult>;
  /** Kill what runs. */
  close(): Promise<void>;
}

/** Processes that are just about to end by themselves are not called leaked. */
const LINGER_MS = 50;
const CANNOT_EXECUTE = 126;
const NOT_FOUND = 127;

/** Most runs share an environment, and each is turned into shell text once. */
const ENVIRONMENTS = new WeakMap<object, ShellEnvironment>();

export class Helper implements Station {
  #runs = 0;
  #closing = false;
  #environment = NO_ENVIRONMENT;

  constructor(
    private readonly channel: HelperChannel,
    private readonly cookie: string,
    private readonly env: Readonly<Record<string, string>>,
  ) {}

  get usable(): boolean {
    return this.channel.usable;
  }

  async run(request: RunRequest, free: () => void): Promise<RunResult> {
    const startedMs = performance.now();
    const env = shellEnvironmentOf(request.env ?? this.env);
    const early = env.prefix.length > 0 ? this.#startFailure(request) : undefined;
    if (early !== undefined) {
      free();
      return withoutRun({ kind: 'not-started', reason: early }, startedMs);
    }
    const number = this.#runs++;
    const capBytes = request.outputCapBytes ?? DEFAULT_CAP_BYTES;
    const absolute = (file?: string) => (file === undefined ? undefined : resolve(request.cwd, file));
    const output = (file: string | undefined, ending: string) =>
      outputTo(
        absolute(file),
        join(this.channel.dir, `${number}.${ending}`),
        capBytes,
        request.fileLimitBytes,
      );
    const out = output(request.stdoutFile, 'out');
    const err = output(request.stderrFile, 'err');
    const find = () => this.#left(request.sweep === true);
    const limits = new Limits({
      timeLimitMs: request.timeLimitMs,
      signal: request.signal,
      outputs: [out, err],
      find,
    });
    request.onStart?.({ endOrphans: () => endOrphans(find, this.channel.own.session) });
    const reply = await this.channel.ask(this.#text(request, env, out.file, err.file));
    const wallMs = performance.now() - startedMs;
    const ending = await limits.release();
    const leaked = reply === undefined ? false : await this.#clean(reply, request, ending !== undefined);
    free();
    const exit = reply === undefined ? this.#lost() : this.#exit(reply, request, err.file);
    const [stdout, stderr] = [out, err].map(({ file, ours }) => (ours ? takeCapture(file, capBytes) : ''));
    if (exit.kind === 'not-started') return withoutRun(exit, startedMs);
    return runResult({ exit, ending, wallMs, stdout: stdout!, stderr: stderr!, leaked });
  }

  close(): Promise<void> {
    this.#closing = true;
    return this.channel.close();
  }

  #text(request: RunRequest, env: ShellEnvironment, stdout: string, stderr: string): string {
    const { cwd, stdin = '/dev/null', label = '' } = request;
    const change = environmentChange(this.#environment, env);
    this.#environment = env;
    return change + startText([...env.prefix, ...request.argv], { cwd, stdin, stdout, stderr, label });
  }

  /** End what the program left behind; true when there was something that would have stayed. */
  async #clean(reply: Reply, request: RunRequest, ended: boolean): Promise<boolean> {
    const sweep = request.sweep === true;
    if (!reply.leftover && !sweep && !ended) return false;
    const find = () => this.#left(sweep);
    if (!ended && (await goneWithin(find, LINGER_MS))) return false;
    await endAtOnce(find);
    return !ended;
  }

  /** What is alive of the running program: all of the session, and with `strays` also what carries the cookie. */
  #left(strays: boolean): number[] {
    const { session, guard } = this.channel.own;
    const found = new Set(
      listProcesses()
        .filter((entry) => entry.session === session)
        .map(({ pid }) => pid),
    );
    if (strays && this.cookie !== '')
      for (const pid of processesWithVariable('SWARM_RUN', (value) => value === this.cookie)) found.add(pid);
    found.delete(session);
    found.delete(guard);
    return [...found];
  }

  #exit(reply: Reply, request: RunRequest, stderrFile: string): Exit {
    const { status, exited, started } = reply;
    if (!exited) return { kind: 'signalled', signal: signalName(status - 128) };
    const said =
      status === CANNOT_EXECUTE || status === NOT_FOUND ? headOf(stderrFile, 4096).split('\n')[0]! : '';
    if (started && !said.startsWith(`${this.channel.name}: `)) return { kind: 'exited', code: status };
    const reason = this.#startFailure(request) ?? said.replace(/^[^ ]*: line \d+: (?:exec: )?/, '');
    return { kind: 'not-started', reason: reason === '' ? 'its folder or streams cannot be opened' : reason };
  }

  #startFailure(request: RunRequest): string | undefined {
    return startFailure(request, (request.env ?? this.env).PATH ?? process.env.PATH);
  }

  #lost(): Exit {
    if (this.#closing) return { kind: 'aborted' };
    const why = this.channel.hangs ? 'stopped answering' : 'was killed';
    return { kind: 'not-started', reason: `the shell helper that ran it ${why}` };
  }
}

function shellEnvironmentOf(env: Readonly<Record<string, string>>): ShellEnvironment {
  const known = ENVIRONMENTS.get(env);
  if (known !== undefined) return known;
  const made = shellEnvironment(env);
  ENVIRONMENTS.set(env, made);
  return made;
}
