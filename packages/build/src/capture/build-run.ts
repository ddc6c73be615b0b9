// One run of the build (or clean) command, its output in a log file, its failure told in one line.

import { readFileSync } from 'node:fs';
import { SwarmError } from '@swarm/core';
import type { ProcessRunner } from '@swarm/host';
import { diskFull, isDiskFull } from '../store/blobs.js';

export interface BuildRunOptions {
  readonly command: string;
  readonly dir: string;
  readonly env: Readonly<Record<string, string>>;
  readonly logFile: string;
  readonly runner: ProcessRunner;
  readonly signal?: AbortSignal | undefined;
}

const NO_SPACE = /no space left on device|disk quota exceeded/i;
const ERROR_LINE = /(^|\W)(error|fatal|undefined reference|not found|No such file|No rule to make)\b/i;

/** The first line that names an error, else the last line. */
function firstErrorLine(output: string): string {
  const lines = output.split('\n').filter((line) => line.trim() !== '');
  return (lines.find((line) => ERROR_LINE.test(line)) ?? lines.at(-1) ?? 'no output').trim().slice(0, 300);
}

/** Run a command of the project; undefined when it went well, else what went wrong. Throws when aborted and on a full disk. */
export async function runBuildCommand(options: BuildRunOptions): Promise<string | undefined> {
  const { command, dir, env, logFile, runner, signal } = options;
  const script = 'exec >"$2" 2>&1; exec /bin/sh -c "$1"';
  const { exit } = await runner.run({
    argv: ['/bin/sh', '-c', script, 'sh', command, logFile],
    cwd: dir,
    env: { ...env, PWD: dir },
    ...(signal === undefined ? {} : { signal }),
  });
  if (exit.kind === 'exited' && exit.code === 0) return undefined;
  if (exit.kind === 'aborted') throw new SwarmError('build: interrupted', { code: 'interrupted', exit: 130 });
  if (exit.kind === 'not-started') return exit.reason;
  const output = readFileSync(logFile, 'utf8');
  if (NO_SPACE.test(output) || isDiskFull(dir)) throw diskFull(dir);
  return firstErrorLine(output);
}
