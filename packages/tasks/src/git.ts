// The one place that runs git, through simple-git: arguments without a shell, an environment of our own, and failures as values.
//
// A person's hooks, signing keys, aliases and variables must not change what we store, while their way to the hub (ssh
// commands, credential helpers, proxies) must stay. So git's variables are dropped but for those, and the rest is pinned here.

import { EXIT, SwarmError } from '@swarm/core';
import type { SimpleGit, SimpleGitOptions } from 'simple-git';
import { Pipes } from './pipes.js';

/** A git command that ended with another status than 0. */
export interface GitFailure {
  readonly kind: 'failed';
  readonly words: readonly string[];
  /** -1 when it was ended from outside: by our signal, or since it said nothing for too long. */
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

export type GitResult = { readonly kind: 'done'; readonly stdout: string } | GitFailure;
type GitBytes = { readonly kind: 'done'; readonly stdout: Buffer } | GitFailure;

export interface GitOptions {
  /** Where git runs: the top of the working tree. */
  readonly dir: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Variables for git itself, like GIT_DIR. */
  readonly variables: Readonly<Record<string, string>>;
  readonly signal: AbortSignal | undefined;
  readonly silenceMs: number;
  readonly onGit: ((words: readonly string[]) => void | Promise<void>) | undefined;
}

/** Variables of the caller that say how a hub is reached. All other `GIT_*` are dropped: they are about another repository. */
const PASSED_ON = [
  'GIT_SSH',
  'GIT_SSH_COMMAND',
  'GIT_SSH_VARIANT',
  'GIT_ASKPASS',
  'SSH_ASKPASS',
  'GIT_PROXY_COMMAND',
  'GIT_CONFIG_GLOBAL',
  'GIT_CONFIG_SYSTEM',
  'GIT_CONFIG_NOSYSTEM',
  'GIT_SSL_CAINFO',
  'GIT_SSL_NO_VERIFY',
  'GIT_EXEC_PATH',
];

const ABOUT_GIT = /^(GIT_.*|EDITOR|VISUAL|PAGER|PREFIX)$/i;

/** Nothing of a person's own hooks or housekeeping runs in our commands. */
const PINNED = [
  'core.hooksPath=/dev/null',
  'gc.auto=0',
  'maintenance.auto=false',
  'advice.pushUpdateRejected=false',
];

/** Git writes its messages in English, asks nobody anything, and has a committer even where the machine has none. */
const OWN_VARIABLES: Readonly<Record<string, string>> = {
  LC_ALL: 'C',
  GIT_TERMINAL_PROMPT: '0',
  GIT_OPTIONAL_LOCKS: '0',
};

/** We need the guarded settings that we pin and pass on ourselves; nothing that a task says reaches them. */
const UNSAFE: NonNullable<SimpleGitOptions['unsafe']> = {
  allowUnsafeHooksPath: true,
  allowUnsafeSshCommand: true,
  allowUnsafeAskPass: true,
  allowUnsafeGitProxy: true,
  allowUnsafeConfigPaths: true,
  allowUnsafeExec: true,
  allowUnsafeEditor: true,
};

export class Git {
  constructor(private readonly options: GitOptions) {}

  /** The same, with further variables. */
  adding(variables: Readonly<Record<string, string>>): Git {
    return new Git({ ...this.options, variables: { ...this.options.variables, ...variables } });
  }

  run(words: readonly string[], input?: string | Buffer): Promise<GitResult> {
    return this.#run(words, input, (git) => git.raw([...words]));
  }

  /** `cat-file` with these options; its output as it is. */
  catFile(options: readonly string[], input: string): Promise<GitBytes> {
    return this.#run(['cat-file', ...options], input, (git) => git.binaryCatFile([...options]));
  }

  async #run<T>(
    words: readonly string[],
    input: string | Buffer | undefined,
    start: (git: SimpleGit) => PromiseLike<T>,
  ): Promise<{ kind: 'done'; stdout: T } | GitFailure> {
    const { dir, signal, silenceMs, onGit } = this.options;
    signal?.throwIfAborted();
    await onGit?.(words);
    const { simpleGit } = await import('simple-git');
    let ended: Pick<GitFailure, 'status' | 'stdout' | 'stderr'> | undefined;
    const env = this.#environment();
    const pipes = new Pipes(silenceMs, signal);
    try {
      const git = simpleGit({
        baseDir: dir,
        config: PINNED,
        unsafe: UNSAFE,
        allowEnvironment: Object.keys(env),
        timeout: { block: silenceMs },
        // By default a command is over 50 ms after its end, whatever is still to be read then.
        completion: { onClose: true, onExit: false },
        ...(signal === undefined ? {} : { abort: signal }),
        ...(input === undefined ? {} : { input: () => input }),
        errors: (error, { exitCode, stdOut, stdErr }) => {
          if (error === undefined && exitCode === 0) return undefined;
          const [stdout, stderr] = [stdOut, stdErr].map((parts) => Buffer.concat(parts).toString());
          ended = { status: exitCode ?? -1, stdout: stdout!, stderr: stderr! };
          return error ?? new Error(stderr);
        },
      });
      return { kind: 'done', stdout: await start(git.env(env).outputHandler(pipes.watch)) };
    } catch (error) {
      signal?.throwIfAborted();
      if (ended === undefined) throw notStarted(dir, error);
      return { kind: 'failed', words, ...ended };
    } finally {
      pipes.release();
    }
  }

  #environment(): Record<string, string> {
    const given = Object.entries(this.options.env).filter(
      ([name, value]) => value !== undefined && (!ABOUT_GIT.test(name) || PASSED_ON.includes(name)),
    ) as [string, string][];
    return { ...Object.fromEntries(given), ...OWN_VARIABLES, ...this.options.variables };
  }
}

const notStarted = (dir: string, cause: unknown): SwarmError =>
  new SwarmError(`git in ${dir}: it could not be started: ${(cause as Error).message.split('\n')[0]}`, {
    code: 'no-git',
    exit: EXIT.environment,
    hint: 'is git installed, and is the folder there?',
    cause,
  });
