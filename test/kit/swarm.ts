// Runs the built command line as a real process, in a process group of its own.

import { type ChildProcess, spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const RUN = join(
  dirname(dirname(dirname(fileURLToPath(import.meta.url)))),
  'packages',
  'cli',
  'bin',
  'run.js',
);

export interface SwarmOptions {
  readonly cwd?: string;
  /** Added to this process's environment; undefined takes a variable out. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly input?: string | Uint8Array;
  /** When to kill it and its group; the run then rejects. Default 60 s. */
  readonly timeoutMs?: number;
}

export interface Ended {
  /** The exit status, or null when a signal ended it. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  /** The one document on stdout; throws with the output when it is none. */
  json<T = unknown>(): T;
}

export interface Running {
  readonly pid: number;
  readonly ended: Promise<Ended>;
  /** Sends a signal to swarm alone, not to what it has started. */
  kill(signal: NodeJS.Signals): void;
  /** The same, after a while; nothing when it has ended by then. */
  killAfter(ms: number, signal?: NodeJS.Signals): void;
}

/** Run swarm to its end. */
export function swarm(args: readonly string[], options: SwarmOptions = {}): Promise<Ended> {
  return startSwarm(args, options).ended;
}

/** Start swarm. */
export function startSwarm(args: readonly string[], options: SwarmOptions = {}): Running {
  return start(swarmArgv(args), options);
}

/** The program and arguments that run swarm, for a test that starts it through something else. */
export const swarmArgv = (args: readonly string[]): string[] => [process.execPath, RUN, ...args];

/** Start any program in the same way. */
export function start(argv: readonly string[], options: SwarmOptions = {}): Running {
  const child = spawn(argv[0]!, argv.slice(1), {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const timers: NodeJS.Timeout[] = [];
  const kill = (signal: NodeJS.Signals) => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal);
  };
  child.stdin.on('error', () => {});
  child.stdin.end(options.input ?? '');
  const ended = end(child, argv, options.timeoutMs ?? 60_000).finally(() => {
    for (const timer of timers) clearTimeout(timer);
  });
  return {
    pid: child.pid ?? -1,
    ended,
    kill,
    killAfter: (ms, signal = 'SIGKILL') => timers.push(setTimeout(kill, ms, signal)),
  };
}

function end(child: ChildProcess, argv: readonly string[], timeoutMs: number): Promise<Ended> {
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  child.stdout?.on('data', (chunk: Buffer) => out.push(chunk));
  child.stderr?.on('data', (chunk: Buffer) => err.push(chunk));
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => {
      killGroup(child.pid);
      const said = Buffer.concat(err).toString();
      reject(new Error(`still running after ${timeoutMs} ms: ${argv.join(' ')}\n${said}`));
    }, timeoutMs);
    child.on('error', (error) => {
      clearTimeout(late);
      reject(error);
    });
    child.on('close', (code, signal) => {
      clearTimeout(late);
      resolve(result(code, signal, Buffer.concat(out).toString(), Buffer.concat(err).toString()));
    });
  });
}

function killGroup(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

function result(code: number | null, signal: NodeJS.Signals | null, stdout: string, stderr: string): Ended {
  const json = <T>(): T => {
    try {
      return JSON.parse(stdout) as T;
    } catch {
      throw new Error(`stdout is not one JSON document (exit ${code ?? signal}):\n${stdout}\n${stderr}`);
    }
  };
  return { code, signal, stdout, stderr, json };
}
