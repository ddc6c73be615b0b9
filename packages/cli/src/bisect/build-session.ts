// What a bisect of a build starts from: the plan of the build, and the options of the session that probes it.

import { existsSync } from 'node:fs';
import { type BuildPlan, captureBuild, planFromDatabase } from '@swarm/build';
import { EXIT, SwarmError } from '@swarm/core';
import { createRunner, type ProcessRunner } from '@swarm/host';
import { oneLine } from '../terminal/line.js';
import { flagWords } from './flag-words.js';
import type { RunContext } from './search-run.js';
import type { BuildSettings, Compiler } from './settings.js';

/** Where a status goes, and what ends the work. */
type Watch = Pick<RunContext, 'status' | 'signal'>;

/** The build taken apart: recorded, or read from a compilation database. */
export async function makePlan(settings: BuildSettings, state: string, run: Watch): Promise<BuildPlan> {
  const { source, dir } = settings;
  const [oracle] = settings.oracles;
  const runner = createRunner();
  try {
    if (source.kind === 'database') {
      await writeDatabase(source, settings, runner, run);
      return planFromDatabase(source.file);
    }
    run.status.show('recording the build');
    return await captureBuild({
      dir,
      build: source.build,
      ...(source.clean === undefined ? {} : { clean: source.clean }),
      oracle: { cc: oracle.cc, flags: flagWords(oracle.flags) },
      runner,
      env: process.env as Record<string, string>,
      stateDir: state,
      log: (text) => run.status.show(text),
      signal: run.signal,
    });
  } finally {
    await runner.close();
  }
}

/** Have the database written where it isn't there and it is known how. Throws `configure-failed` (exit 3). */
async function writeDatabase(
  { file, configure }: Extract<BuildSettings['source'], { kind: 'database' }>,
  { dir, oracles }: BuildSettings,
  runner: ProcessRunner,
  run: Watch,
): Promise<void> {
  if (configure === undefined || existsSync(file)) return;
  run.status.show('writing the compilation database');
  const env = { ...(process.env as Record<string, string>), CC: oracles[0].cc };
  const { exit, stdout, stderr } = await runner.run({
    argv: ['sh', '-c', configure],
    cwd: dir,
    env,
    signal: run.signal,
  });
  run.signal.throwIfAborted();
  const isDone = exit.kind === 'exited' && exit.code === 0;
  if (isDone && existsSync(file)) return;
  const said = `${stdout}\n${stderr}`.trim().split('\n').at(-1) ?? '';
  throw new SwarmError(
    `--configure: ${isDone ? `wrote no ${file}` : oneLine(said || JSON.stringify(exit))}`,
    {
      code: 'configure-failed',
      exit: EXIT.environment,
      hint: `run it by hand in ${dir}: ${configure}`,
    },
  );
}

export function sessionOptions(settings: BuildSettings, state: string, run: Watch) {
  const [oracle, ...witnesses] = settings.oracles;
  const { source, dir, test, jobs, keepWork, expectStdout, probeTimeoutMs } = settings;
  return {
    target: side(settings.target),
    oracle: side(oracle),
    witnesses: witnesses.map(side),
    test,
    dir,
    jobs,
    keepWork,
    ...(expectStdout === undefined ? {} : { expectStdout }),
    ...(probeTimeoutMs === undefined ? {} : { probeTimeoutMs }),
    ...joining(source, dir, oracle),
    stateDir: state,
    signal: run.signal,
    onCompiled: (done: number, of: number) => run.status.show(`compiling: ${done} of ${of} units`),
  };
}

/** How a probe joins objects: by recorded steps when nothing else is said. */
function joining(source: BuildSettings['source'], dir: string, oracle: Compiler) {
  if (source.kind === 'database') {
    const env = { ...(process.env as Record<string, string>), CC: oracle.cc };
    return { link: { line: source.link, dir, env } };
  }
  if (!source.rebuild) return {};
  return {
    rebuild: { dir, build: source.build, ...(source.clean === undefined ? {} : { clean: source.clean }) },
  };
}

const side = ({ cc, flags }: Compiler) => ({ command: cc, flags: flagWords(flags) });
