// Runs a tool once for what it has to say (a list, a build), and says what is wrong in one way for all tools.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EXIT, SwarmError } from '@swarm/core';
import { createRunner, type Exit } from '@swarm/host';
import { lastLine } from './output-text.js';
import { withTempFolder } from './temp-folder.js';
import { toolEnvironment } from './tool-environment.js';

export interface ToolRequest {
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

export interface ToolAnswer {
  readonly exit: Exit;
  /** All of it: lists are as long as suites. */
  readonly stdout: string;
  readonly stderr: string;
}

/** A shell command with further arguments, each of which stays one word. */
export const commandLine = (command: string, args: readonly string[]): string[] => [
  'sh',
  '-c',
  `${command} "$@"`,
  'sh',
  ...args,
];

/** Run it to its end. What it leaves behind is ended. */
export async function askTool({ argv, cwd, env, signal }: ToolRequest): Promise<ToolAnswer> {
  const runner = createRunner({ jobs: 1 });
  return withTempFolder(async (folder) => {
    const [stdoutFile, stderrFile] = [join(folder, 'out'), join(folder, 'err')];
    const { exit } = await runner.run({
      argv,
      cwd,
      env: toolEnvironment(env),
      stdoutFile,
      stderrFile,
      ...(signal === undefined ? {} : { signal }),
    });
    if (exit.kind === 'not-started') return { exit, stdout: '', stderr: exit.reason };
    return { exit, stdout: await readFile(stdoutFile, 'utf8'), stderr: await readFile(stderrFile, 'utf8') };
  }).finally(() => runner.close());
}

/** The problem of a tool that can't say which tests there are. */
export function cantList(suite: string, { exit, stdout, stderr }: ToolAnswer, hint: string): SwarmError {
  if (exit.kind === 'aborted')
    return new SwarmError(`${suite}: interrupted`, { code: 'interrupted', exit: EXIT.interrupted });
  const ended =
    exit.kind === 'exited'
      ? `exit ${exit.code}`
      : exit.kind === 'signalled'
        ? exit.signal
        : "can't be started";
  const said = lastLine(stderr) || lastLine(stdout);
  return new SwarmError(`${suite}: its tests can't be listed (${ended})${said === '' ? '' : `: ${said}`}`, {
    code: 'no-test-list',
    exit: EXIT.environment,
    hint,
  });
}
