// Capture: run the real build once with the oracle behind the shim, and make its plan. The log of what was compiled
// persists: a later capture of the same build only runs what the build itself finds out of date.

import { createHash } from 'node:crypto';
import { mkdirSync, realpathSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { SwarmError } from '@swarm/core';
import { diskProblem, type ProcessRunner, userCache, withLock } from '@swarm/host';
import type { BuildPlan } from '../plan.js';
import type { Action } from './action.js';
import { assemblePlan } from './assembly.js';
import { runBuildCommand } from './build-run.js';
import { CompileLog } from './compile-log.js';
import { shimEnvironment } from './environment.js';
import { installShim, type Shim } from './shim.js';
import { setShimMode, writeConfig } from './shim-mode.js';
import { findOracle, findProgram, findTools, type Oracle } from './tools.js';
import { whyExcluded } from './unit-list.js';

export interface CaptureOptions {
  /** Where the build command runs. */
  readonly dir: string;
  /** A shell command. */
  readonly build: string;
  /** A shell command that makes the next build compile everything. */
  readonly clean?: string | undefined;
  readonly oracle: Oracle;
  readonly runner: ProcessRunner;
  readonly env: Readonly<Record<string, string>>;
  /** The tree's `.swarm` folder. */
  readonly stateDir: string;
  /** Gets one line per stage. */
  readonly log?: (line: string) => void;
  readonly signal?: AbortSignal | undefined;
}

const keyOf = (parts: readonly unknown[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 16);

class Capture {
  readonly #dir: string;
  readonly #log: CompileLog;
  readonly #shim: Shim;
  readonly #runs = new Set<number>();

  constructor(
    private readonly options: CaptureOptions,
    shim: Shim,
    oracle: string,
    dir: string,
  ) {
    this.#dir = dir;
    this.#shim = shim;
    const key = keyOf([dir, options.build, oracle, options.oracle.flags]);
    this.#log = new CompileLog(join(options.stateDir, 'capture', key));
  }

  async #command(command: string, logName: string): Promise<void> {
    const logFile = join(this.#log.folder, logName);
    const env = shimEnvironment(this.#shim.place, this.options.env);
    const { runner, signal } = this.options;
    const problem = await runBuildCommand({ command, dir: this.#dir, env, logFile, runner, signal });
    if (problem === undefined) return;
    const what = logName === 'build.log' ? 'build with the oracle' : 'clean command';
    throw new SwarmError(`${what}: ${problem}`, {
      code: logName === 'build.log' ? 'oracle-build-fails' : 'clean-fails',
      exit: 5,
      hint: `Read ${logFile}; the command was: ${command}`,
    });
  }

  /** Run the build with recording on; the number of the run. */
  async #record(): Promise<number> {
    const { run, folder } = this.#log.begin();
    const { place, tools } = this.#shim;
    const sinceNs = BigInt(Date.now()) * 1_000_000n;
    writeConfig(place.folder, tools, { kind: 'record', folder, sinceNs });
    try {
      await this.#command(this.options.build, 'build.log');
    } catch (error) {
      const failed = error instanceof SwarmError && error.code === 'oracle-build-fails';
      if (failed && !this.#log.hasLost(run)) this.#log.finish(run);
      throw error;
    } finally {
      setShimMode(place.folder, { kind: 'off' });
    }
    if (this.#log.hasLost(run))
      throw new SwarmError('build records: could not all be written', {
        code: 'record-lost',
        exit: 3,
        hint: `Make room on the disk of ${this.options.stateDir} and run again.`,
      });
    this.#log.finish(run);
    return run;
  }

  async #buildFromClean(): Promise<number> {
    this.#log.forget();
    if (this.options.clean !== undefined) await this.#command(this.options.clean, 'clean.log');
    return this.#record();
  }

  #merge(run: number): Action[] {
    this.#runs.add(run);
    return this.#log.merge();
  }

  async #actions(): Promise<Action[]> {
    if (this.#log.runs().length === 0) return this.#merge(await this.#buildFromClean());
    if (this.#log.isCutShort())
      return this.#merge(await this.#buildAgain('the last run of it was cut short'));
    this.options.log?.('building what has changed with the oracle');
    const run = await this.#record();
    const actions = this.#merge(run);
    const foreign = this.#log.findForeign(actions, run);
    if (foreign === undefined && actions.some((action) => action.sources.length > 0)) return actions;
    if (foreign === undefined) return this.#merge(await this.#buildFromClean());
    return this.#merge(await this.#buildAgain(`${foreign} was changed by something else since`));
  }

  /** What is recorded can't be trusted. Without a way to clean it stays as it is, so that this is said again. */
  #buildAgain(reason: string): Promise<number> {
    if (this.options.clean === undefined)
      throw new SwarmError(`captured build: ${reason}`, {
        code: 'capture-stale',
        exit: 5,
        hint: `Pass --clean, the command that makes the next build compile everything; or clean the tree and remove ${this.#log.folder}.`,
      });
    this.options.log?.('building everything again with the oracle');
    return this.#buildFromClean();
  }

  async plan(): Promise<BuildPlan> {
    mkdirSync(this.#log.folder, { recursive: true });
    const actions = await this.#actions();
    if (!actions.some((action) => action.sources.some((compile) => whyExcluded(compile) !== 'configure')))
      throw new SwarmError('build: nothing was compiled', {
        code: 'nothing-compiled',
        exit: 4,
        hint: 'Pass --clean, the command that makes the next build compile everything; the build must take its compiler from PATH or $CC.',
      });
    this.#log.settle(actions);
    const plan = assemblePlan(actions, {
      dir: this.#dir,
      sourceFolder: join(this.#log.folder, 'sources'),
      env: this.options.env,
      runs: this.#runs,
    });
    return { ...plan, shim: this.#shim.place };
  }
}

/** What the oracle calls this machine; nothing when it can't say. */
async function machineOf(oracle: string, runner: ProcessRunner, env: Readonly<Record<string, string>>) {
  const { exit, stdout } = await runner.run({
    argv: [oracle, '-dumpmachine'],
    cwd: '/',
    env,
    timeLimitMs: 10_000,
  });
  return exit.kind === 'exited' && exit.code === 0 ? stdout.trim() : '';
}

/** Where PATH leads when the environment has none. */
const DEFAULT_PATH = '/usr/bin:/bin';

async function captureLocked(options: CaptureOptions, dir: string, stateDir: string): Promise<BuildPlan> {
  const { runner, env } = options;
  const path = env.PATH ?? DEFAULT_PATH;
  const oracle = findOracle(options.oracle.cc, path);
  const machine = await machineOf(oracle, runner, env);
  const compilers = [oracle, ...['cc', 'gcc', 'clang'].flatMap((name) => findProgram(name, path) ?? [])];
  const tools = findTools(oracle, options.oracle.flags, path, machine);
  const shim = await installShim({ stateDir, oracle, tools, compilers, runner, env, cache: userCache(env) });
  return new Capture({ ...options, stateDir }, shim, oracle, dir).plan();
}

/**
 * Run the build with the oracle and record it. One capture at a time in a tree: a second one waits. Throws `no-oracle`,
 * `no-shim`, `record-lost`, `read-only`, `disk-full` (exit 3), `nothing-compiled` (exit 4), `oracle-build-fails`, `clean-fails`,
 * `capture-stale` (exit 5), `interrupted` (exit 130).
 */
export async function captureBuild(options: CaptureOptions): Promise<BuildPlan> {
  const { log, signal } = options;
  try {
    const dir = realpathSync(resolve(options.dir));
    mkdirSync(options.stateDir, { recursive: true });
    const stateDir = realpathSync(options.stateDir);
    return await withLock(join(stateDir, 'capture.lock'), () => captureLocked(options, dir, stateDir), {
      onWait: (owner) => log?.(`waiting for process ${owner}, which is capturing this build`),
      ...(signal === undefined ? {} : { signal }),
    });
  } catch (error) {
    throw diskProblem(error, 'capture', options.stateDir);
  }
}
