// What stands around programs, whoever starts them: said once, around the work that starts them. Every runner that is made in the course of
// that work starts its programs inside, so that no suite and no tool has to know of it, and none can forget it.

import { AsyncLocalStorage } from 'node:async_hooks';
import { resolve } from 'node:path';
import type { Started } from '@swarm/core';
import type { ProcessRunner, RunRequest, RunResult } from './process.js';

interface Placed extends Started {
  readonly cwd: string;
}

export interface Surroundings {
  /** How a program is started so that it runs inside. `env` is what it gets besides what all programs inside get. */
  enter(program: Placed): Started;
  /** Called with what a start of `enter` came to: end what is no child of ours, and say what it means. */
  leave(program: Started, result: RunResult): Promise<RunResult>;
  /** Folders for programs are made in it: each is seen from inside by those whose words name it. */
  readonly folder: string;
  /** All else of the machine's files that programs inside may write, and what they run on. */
  readonly tree: string;
}

const current = new AsyncLocalStorage<Surroundings>();

/** Do some work, every program of which runs inside. */
export const surrounded = <T>(by: Surroundings, work: () => Promise<T>): Promise<T> => current.run(by, work);

/** What stands around the programs that are started here; undefined: nothing. */
export const surroundings = (): Surroundings | undefined => current.getStore();

/** The runner as it is for programs that run inside. */
export function insideOf(by: Surroundings, runner: ProcessRunner): ProcessRunner {
  return {
    run: async (request) => {
      const { argv, cwd, env = {} } = request;
      const program = by.enter({ argv, cwd, env: additions(env) });
      // Nothing outside goes into a folder that programs inside may have replaced.
      return by.leave(program, await runner.run({ ...withFullPaths(request), ...program, cwd: '/' }));
    },
    close: () => runner.close(),
  };
}

/** Of an environment what this process doesn't have itself: what was said for this program. */
const additions = (env: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(env).filter(([name, value]) => process.env[name] !== value));

function withFullPaths(request: RunRequest): RunRequest {
  const { cwd } = request;
  const full = (['stdin', 'stdoutFile', 'stderrFile'] as const).flatMap((key) => {
    const path = request[key];
    return path === undefined ? [] : [[key, resolve(cwd, path)] as const];
  });
  return { ...request, ...Object.fromEntries(full) };
}
