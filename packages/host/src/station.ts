// Runs programs through one helper, one at a time: sends them off, ends what overstays, cleans up after them.

import { resolve } from 'node:path';
import { cappedText, DEFAULT_CAP_BYTES, type Output, outputTo, readCapture } from './capture.js';
import { endAtOnce, goneWithin, LINGER_MS } from './ending.js';
import type { Ended, HelperLine } from './helper-line.js';
import { Limits } from './limits.js';
import { endOrphans } from './orphans.js';
import type { Exit, RunRequest, RunResult } from './process.js';
import { beneath, listProcesses, type ProcessEntry, processesWithVariable } from './process-table.js';
import { runResult, withoutRun } from './run-result.js';
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

export class Helper implements Station {
  #closing = false;
  /** Something can't be ended that it would take for a later program's. */
  #haunted = false;

  constructor(
    private readonly line: HelperLine,
    private readonly cookie: string,
    private readonly env: Readonly<Record<string, string>>,
  ) {}

  get usable(): boolean {
    return this.line.helper.usable && !this.#haunted;
  }

  async run(asked: RunRequest, free: () => void): Promise<RunResult> {
    const startedMs = performance.now();
    const request = withAbsoluteFiles(asked);
    const { timeLimitMs, signal, outputCapBytes: capBytes = DEFAULT_CAP_BYTES } = request;
    const { captures, adopts } = this.line;
    const sweep = request.sweep === true || (request.sweep === 'free' && adopts);
    const out = outputTo(request.stdoutFile, captures.stdout, capBytes, request.fileLimitBytes);
    const err = outputTo(request.stderrFile, captures.stderr, capBytes, request.fileLimitBytes);
    const find = () => this.#left(sweep);
    const limits = new Limits({
      timeLimitMs,
      signal,
      outputs: [out, err],
      find,
      doomed: () => this.#doomed(sweep),
    });
    request.onStart?.({ endOrphans: () => endOrphans(find, this.line.root) });
    const ended = await this.line.start(request, request.env ?? this.env);
    const wallMs = performance.now() - startedMs;
    const ending = await limits.release();
    const over = ended !== undefined && ending === undefined && !ended.leftover && (adopts || !sweep);
    const leaked = !over && (await this.#clean(ended, sweep, ending !== undefined));
    const { stdout, stderr } =
      over && ended.captured !== undefined
        ? textsOf(ended.captured, capBytes)
        : await this.#readOutputs(out, err, capBytes);
    free();
    const exit = this.#exit(ended, asked);
    if (exit.kind === 'not-started') return withoutRun(exit, startedMs);
    return runResult({ exit, ending, wallMs, stdout, stderr, leaked, swept: sweep });
  }

  close(): Promise<void> {
    this.#closing = true;
    return this.line.close();
  }

  /** End what the program left behind: whether there was something that would have stayed. */
  async #clean(ended: Ended | undefined, sweep: boolean, byUs: boolean): Promise<boolean> {
    if (ended === undefined) {
      await endAtOnce(() => this.#doomed(true)); // The guard does the same, but it may have been killed, too.
      return false;
    }
    if (!byUs && (await goneWithin(() => this.#left(sweep), LINGER_MS))) return false;
    this.#haunted = !(await endAtOnce(() => this.#doomed(sweep)));
    return !byUs;
  }

  async #readOutputs(out: Output, err: Output, capBytes: number): Promise<Texts> {
    const [stdout, stderr] = [out, err].map(({ file, ours }) => (ours ? readCapture(file, capBytes) : ''));
    await this.line.drop();
    return { stdout: stdout!, stderr: stderr! };
  }

  /** What is alive of the running program: all of the session, and if `strays` what left it. */
  #left(strays: boolean): number[] {
    return this.#alive(strays).map(({ pid }) => pid);
  }

  /** The same, with their groups before them. */
  #doomed(strays: boolean): number[] {
    const { session, guard } = this.line.helper.own;
    const alive = this.#alive(strays);
    const groups = new Set(alive.map(({ group }) => -group));
    for (const own of [session, guard]) groups.delete(-own);
    return [...groups, ...alive.map(({ pid }) => pid)];
  }

  #alive(strays: boolean): ProcessEntry[] {
    const all = listProcesses();
    const { session, guard } = this.line.helper.own;
    const found = new Set(all.filter((entry) => entry.session === session).map(({ pid }) => pid));
    if (strays) this.#addStrays(found, all);
    for (const own of [session, guard]) found.delete(own);
    return all.filter(({ pid }) => found.has(pid));
  }

  #addStrays(found: Set<number>, all: readonly ProcessEntry[]): void {
    const { adopts, helper } = this.line;
    if (adopts && helper.usable) beneath(found, all);
    else if (this.cookie !== '')
      for (const pid of processesWithVariable('SWARM_RUN', (value) => value === this.cookie)) found.add(pid);
  }

  #exit(ended: Ended | undefined, request: RunRequest): Exit {
    if (ended === undefined) return this.#lost();
    const { exit } = ended;
    if (exit.kind !== 'not-started') return exit;
    const path = (request.env ?? this.env).PATH ?? process.env.PATH;
    return { kind: 'not-started', reason: startFailure(request, path) ?? exit.reason };
  }

  #lost(): Exit {
    if (this.#closing) return { kind: 'aborted' };
    const why = this.line.helper.hangs ? 'stopped answering' : 'was killed';
    return { kind: 'not-started', reason: `the helper that ran it ${why}` };
  }
}

type Texts = Pick<RunResult, 'stdout' | 'stderr'>;

/** What came with a program's end, when nobody was left to write more. */
const textsOf = ({ stdout, stderr }: NonNullable<Ended['captured']>, capBytes: number): Texts => ({
  stdout: cappedText(stdout, capBytes),
  stderr: cappedText(stderr, capBytes),
});

/** Helpers are somewhere else. */
function withAbsoluteFiles(request: RunRequest): RunRequest {
  const { cwd, stdin, stdoutFile, stderrFile } = request;
  if (stdin === undefined && stdoutFile === undefined && stderrFile === undefined) return request;
  return {
    ...request,
    ...(stdin === undefined ? {} : { stdin: resolve(cwd, stdin) }),
    ...(stdoutFile === undefined ? {} : { stdoutFile: resolve(cwd, stdoutFile) }),
    ...(stderrFile === undefined ? {} : { stderrFile: resolve(cwd, stderrFile) }),
  };
}
