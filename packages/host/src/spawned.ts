// Runs programs without a shell's help, for where there is no bash 5 or no /proc: same interface, slower, and what
// runs when Node is killed with -9 is not ended by anybody.

import { closeSync, openSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { DEFAULT_CAP_BYTES, outputTo, readCapture } from './capture.js';
import { createCaptureFolder } from './capture-folder.js';
import { endAtOnce, goneWithin, LINGER_MS } from './ending.js';
import { Limits } from './limits.js';
import { endOrphans } from './orphans.js';
import type { Exit, RunRequest, RunResult } from './process.js';
import { listProcesses, processesWithVariable } from './process-table.js';
import { runResult, withoutRun } from './run-result.js';
import { cleanEnvironment } from './shell-text.js';
import { startFailure } from './start-failure.js';
import type { Station } from './station.js';

export class Spawner implements Station {
  readonly usable = true;
  readonly #closing = new AbortController();
  #running: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly cookie: string,
    private readonly env: Readonly<Record<string, string>>,
  ) {}

  run(request: RunRequest, free: () => void): Promise<RunResult> {
    const signals = [this.#closing.signal, ...(request.signal ? [request.signal] : [])];
    const run = this.#run({ ...request, signal: AbortSignal.any(signals) }).finally(free);
    this.#running = run.catch(() => {});
    return run;
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#running;
    if (this.cookie !== '') await endAtOnce(() => this.#strays());
  }

  async #run(request: RunRequest): Promise<RunResult> {
    const startedMs = performance.now();
    const env = Object.fromEntries(cleanEnvironment(request.env ?? this.env));
    const failure = startFailure(request, env.PATH ?? process.env.PATH);
    if (failure !== undefined) return withoutRun({ kind: 'not-started', reason: failure }, startedMs);
    if (this.cookie !== '') env.SWARM_RUN = this.cookie;
    if (request.label !== undefined) env.SWARM_LABEL = request.label;
    const dir = await createCaptureFolder();
    try {
      return await this.#runIn(dir, request, env, startedMs);
    } finally {
      await rm(dir, { recursive: true, force: true });
    }
  }

  async #runIn(
    dir: string,
    request: RunRequest,
    env: Record<string, string>,
    startedMs: number,
  ): Promise<RunResult> {
    const { cwd, timeLimitMs, signal, outputCapBytes: capBytes = DEFAULT_CAP_BYTES } = request;
    const absolute = (file: string | undefined) => (file === undefined ? undefined : resolve(cwd, file));
    const { fileLimitBytes } = request;
    const out = outputTo(absolute(request.stdoutFile), join(dir, 'out'), capBytes, fileLimitBytes);
    const err = outputTo(absolute(request.stderrFile), join(dir, 'err'), capBytes, fileLimitBytes);
    const files = [
      openSync(resolve(cwd, request.stdin ?? '/dev/null'), 'r'),
      openSync(out.file, 'w'),
      openSync(err.file, 'w'),
    ];
    const { pid, exited } = await start(request, env, files);
    for (const fd of files) closeSync(fd);
    const find = () => (pid === undefined ? [] : this.#left(pid, request.sweep === true));
    const limits = new Limits({ timeLimitMs, signal, outputs: [out, err], find });
    request.onStart?.({ endOrphans: () => endOrphans(find, pid) });
    const exit = await exited;
    const wallMs = performance.now() - startedMs;
    const ending = await limits.release();
    const leaked = ending === undefined && !(await goneWithin(find, LINGER_MS));
    const swept = request.sweep === true && this.cookie !== '';
    await endAtOnce(find);
    if (exit.kind === 'not-started') return withoutRun(exit, startedMs);
    const [stdout, stderr] = [out, err].map(({ file, ours }) => (ours ? readCapture(file, capBytes) : ''));
    return runResult({ exit, ending, wallMs, stdout: stdout!, stderr: stderr!, leaked, swept });
  }

  /** Alive: the session where /proc tells, else the group as a whole. */
  #left(leader: number, strays: boolean): number[] {
    const all = listProcesses();
    if (all.length === 0) return groupAlive(leader) ? [-leader] : [];
    const found = all.filter(({ session }) => session === leader).map(({ pid }) => pid);
    return strays && this.cookie !== '' ? [...found, ...this.#strays()] : found;
  }

  #strays(): number[] {
    return processesWithVariable('SWARM_RUN', (value) => value === this.cookie);
  }
}

async function start(
  request: RunRequest,
  env: Record<string, string>,
  [stdin, stdout, stderr]: readonly number[],
): Promise<{ pid: number | undefined; exited: Promise<Exit> }> {
  const { execa } = await import('execa');
  const child = execa(request.argv[0]!, request.argv.slice(1), {
    stdio: [stdin, stdout, stderr] as never, // Descriptors, which its types don't know here.
    env,
    extendEnv: false,
    cwd: request.cwd,
    detached: true,
    cleanup: false,
    buffer: false,
    reject: false,
  });
  const exited = child.then((result): Exit => {
    if (result.exitCode !== undefined) return { kind: 'exited', code: result.exitCode };
    if (result.signal !== undefined) return { kind: 'signalled', signal: result.signal };
    return { kind: 'not-started', reason: result.originalMessage ?? 'unknown reason' };
  });
  return { pid: child.pid, exited };
}

function groupAlive(leader: number): boolean {
  try {
    process.kill(-leader, 0);
    return true;
  } catch {
    return false;
  }
}
