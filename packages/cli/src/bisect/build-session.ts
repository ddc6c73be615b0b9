// What a bisect of a build starts from: the plan of the build, and the options of the session that probes it.

import { type BuildPlan, captureBuild, planFromDatabase } from '@swarm/build';
import { createRunner } from '@swarm/host';
import { flagWords } from './flag-words.js';
import type { RunContext } from './search-run.js';
import type { BuildSettings, Compiler } from './settings.js';

/** Where a status goes, and what ends the work. */
type Watch = Pick<RunContext, 'status' | 'signal'>;

/** The build taken apart: recorded, or read from a compilation database. */
export async function makePlan(settings: BuildSettings, state: string, run: Watch): Promise<BuildPlan> {
  const { source, dir } = settings;
  const [oracle] = settings.oracles;
  if (source.kind === 'database') return planFromDatabase(source.file);
  run.status.show('recording the build');
  const runner = createRunner();
  try {
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
