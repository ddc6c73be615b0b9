// The checks of an agent's work: the task's own command, a sample of the tests, and the gate. Each is a program of its own in a clean
// environment, so that nothing an agent set up reaches them but through its files.

import { mkdir, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import type { Started } from '@swarm/core';
import type { Check } from '@swarm/fleet';
import { createRunner, createTempDir, type ProcessRunner, type RunResult } from '@swarm/host';
import type { OpenEnclosure } from '@swarm/tasks';
import { type Judged, judge } from '../task/judged.js';
import { shellWord } from '../terminal/shell-word.js';
import { ownCommand } from './own-program.js';

export interface CheckOptions {
  /** The repository that agents work for: the gate keeps what it measured there. */
  readonly repository: string;
  readonly branch: string;
  /** Where workspaces are. */
  readonly workspaces: string;
  readonly timeLimitMs: number;
  /** The command that builds a checkout; undefined: none is needed. */
  readonly prepare: string | undefined;
  /** Which of the checks are made; a project without tests has neither. */
  readonly sample: boolean;
  readonly gate: boolean;
  /** Put a certificate at the hub for what the gate allows. */
  readonly certify: boolean;
  readonly signal: AbortSignal;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Names of variables that checks get besides those that all programs need. */
  readonly pass: readonly string[];
  readonly tempDir: string;
}

export interface Checks {
  /** A folder with `swarm`, for search paths of programs that need it. */
  readonly bin: string;
  /** The gate decides what lands. */
  readonly hasGate: boolean;
  /** Something has been built in this run. */
  readonly hasBuilt: boolean;
  /** Build a folder; green where nothing has to be built. Where the folder's sessions run, when it says so. */
  build(dir: string, inside?: Inside): Promise<Check>;
  /** A task's own command in a folder that was built, in the same place. */
  task(command: string, dir: string, inside?: Inside): Promise<Check>;
  /** `share`: which agent of how many this is, as `sample-test` names it. */
  sample(dir: string, task: string, share: string, inside?: Inside): Promise<Check>;
  /** `workspace`: isolated as this one is. */
  gate(commit: string, base: string, workspace: string): Promise<Check>;
  close(): Promise<void>;
}

/** An enclosure for one check, gone after it, and the search path there. */
export type Inside = () => Promise<{ readonly enclosure: OpenEnclosure; readonly path: string }>;

/** Programs of their own, some at a time. */
export async function openChecks(options: CheckOptions): Promise<Checks> {
  const work = await createTempDir(options.tempDir);
  const bin = join(work.path, 'bin');
  await mkdir(bin);
  await writeFile(join(bin, 'swarm'), ownScript(), { mode: 0o755 });
  return new ProgramChecks(options, createRunner({ cookie: work.cookie }), bin, () => work.remove());
}

/** From inside a container our Node may be missing; then that of its image does. */
function ownScript(): string {
  const [node, ...words] = ownCommand().map(shellWord);
  return `#!/bin/sh\nnode=${node}; [ -x "$node" ] || node=node\nexec "$node" ${words.join(' ')} "$@"\n`;
}

/** What programs need to run, and to find their settings and caches. Checks run what agents wrote: no key is among it. */
const NEEDED =
  /^(?:PATH|HOME|USER|LOGNAME|SHELL|LANG|LC_\w+|TZ|TERM|TMPDIR|XDG_\w+|CC|CXX|CONTAINERS_\w+|SWARM_(?!TASK$|AGENT$)\w+)$/;

const checkEnvironment = (env: CheckOptions['env'], pass: readonly string[]): Record<string, string> =>
  named(env, (name) => NEEDED.test(name) || pass.includes(name));

const named = (env: CheckOptions['env'], wanted: (name: string) => boolean): Record<string, string> =>
  Object.fromEntries(
    Object.entries(env).filter((pair): pair is [string, string] => pair[1] !== undefined && wanted(pair[0])),
  );

const GREEN: Check = { verdict: 'green', detail: 'not asked for' };

class ProgramChecks implements Checks {
  hasBuilt = false;

  constructor(
    private readonly options: CheckOptions,
    private readonly runner: ProcessRunner,
    readonly bin: string,
    private readonly removeWork: () => Promise<void>,
  ) {}

  get hasGate(): boolean {
    return this.options.gate;
  }

  async build(dir: string, inside?: Inside): Promise<Check> {
    const { prepare } = this.options;
    if (prepare === undefined) return GREEN;
    const built = await this.task(prepare, dir, inside);
    if (built.verdict !== 'green') return { ...built, detail: `${prepare}: ${built.detail}` };
    this.hasBuilt = true;
    return built;
  }

  async task(command: string, dir: string, inside?: Inside): Promise<Check> {
    const argv = ['sh', '-c', command];
    return this.checked(
      inside === undefined ? await this.run(argv, dir) : await this.runInside(argv, dir, inside),
    );
  }

  /** Inside as a whole: it reads the tree as an agent left it. What lands is up to the gate. */
  async sample(dir: string, task: string, share: string, inside?: Inside): Promise<Check> {
    if (!this.options.sample) return GREEN;
    const words = ['sample-test', '--agent', share, '--seed', task];
    const result =
      inside === undefined
        ? await this.run([...ownCommand(), ...words], dir)
        : await this.runInside(['swarm', ...words], dir, inside);
    // Nothing to run, and a time that was too short, are no failures.
    if (result.exit.kind === 'exited' && (result.exit.code === 4 || result.exit.code === 6))
      return { verdict: 'green', detail: tellingLine(result) };
    return this.checked(result);
  }

  /** Outside, since it judges; what it builds and tests runs inside. */
  async gate(commit: string, base: string, workspace: string): Promise<Check> {
    const { gate, repository, certify, branch, workspaces } = this.options;
    if (!gate) return GREEN;
    const words = ['gate', 'check', '--commit', commit, '--base', base, '--branch', branch];
    words.push('--workspace', workspace, '--root', workspaces, ...(certify ? ['--certify'] : []));
    return this.checked(await this.run([...ownCommand(), ...words], repository));
  }

  async close(): Promise<void> {
    await this.runner.close();
    await this.removeWork();
  }

  private run(argv: readonly string[], cwd: string): Promise<RunResult> {
    const { env, pass } = this.options;
    const PATH = [env.PATH ?? '/usr/bin:/bin', this.bin].join(delimiter);
    return this.start({ argv, env: { ...checkEnvironment(env, pass), PATH } }, cwd);
  }

  private async runInside(argv: readonly string[], cwd: string, inside: Inside): Promise<RunResult> {
    const { enclosure, path } = await inside();
    const watch = enclosure.watch();
    try {
      const env = { ...enclosure.env, PATH: path, ...enclosure.mark };
      const result = await this.start(enclosure.enter({ argv, env }), cwd);
      const what = result.exit.kind === 'signalled' ? watch.excess() : undefined;
      return what === undefined ? result : { ...result, stderr: `it ${what}`, stdout: '' };
    } finally {
      watch.stop();
      await enclosure.endOthers();
      await enclosure.close();
    }
  }

  private start(program: Started, cwd: string): Promise<RunResult> {
    const { timeLimitMs, signal } = this.options;
    return this.runner.run({ ...program, cwd, timeLimitMs, signal, sweep: true });
  }

  private checked(result: RunResult): Check {
    const { outcome, detail }: Judged = judge(result, this.options.timeLimitMs);
    const verdict = outcome === 'green' || outcome === 'red' ? outcome : 'unclear';
    return { verdict, detail };
  }
}

const tellingLine = ({ stdout }: RunResult): string => stdout.split('\n').find((line) => line !== '') ?? '';
