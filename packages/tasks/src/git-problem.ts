// What a person must mend when git fails: one line and what to do, by what git said. All are the environment's (exit 3).

import { EXIT, SwarmError } from '@swarm/core';
import type { GitFailure } from './git.js';

interface Known {
  readonly said: RegExp;
  readonly code: string;
  readonly what: string;
  readonly hint: string;
}

const KNOWN: readonly Known[] = [
  {
    said: /not a git repository \(or any|must be run in a work tree|detected dubious ownership/,
    code: 'no-repository',
    what: 'the folder is no working tree of git that may be used',
    hint: 'run inside a clone of the project',
  },
  {
    said: /No space left on device|Disk quota exceeded|unable to write (loose object )?file|write error: /i,
    code: 'disk-full',
    what: 'the disk is full',
    hint: 'make room and run again; nothing was changed at the hub',
  },
  {
    said: /Permission denied \(|Authentication failed|could not read (Username|Password)|terminal prompts disabled|access denied|HTTP 40[13]/i,
    code: 'hub-denied',
    what: 'the hub lets nobody in with these credentials',
    hint: 'try `git ls-remote` by hand, and mend the credentials until it works without asking',
  },
  {
    said: /does not appear to be a git repository|No such remote|repository '.*' not found|service not enabled|repository not exported|not valid: is this a git repository|HTTP 404/i,
    code: 'no-hub',
    what: 'there is no hub at the remote',
    hint: 'check `git remote -v`; `swarm hub init DIR` makes a hub',
  },
  {
    said: /couldn't find remote ref refs\/heads\//,
    code: 'no-branch',
    what: 'the hub has no such branch',
    hint: 'push a first commit (`git push origin HEAD:main`), or name the branch: --branch, `tasks.branch`',
  },
  {
    said: /does not support --atomic/,
    code: 'hub-not-atomic',
    what: 'the hub can not change several refs at once',
    hint: 'landing needs a hub that takes atomic pushes: any git server since 2.4',
  },
];

/** The error for a git command on the hub that failed. */
export function hubProblem(failure: GitFailure, remote: string): SwarmError {
  const known = KNOWN.find(({ said }) => said.test(failure.stderr));
  const { code, what, hint } = known ?? {
    code: 'hub-unreachable',
    what: 'the hub could not be reached',
    hint: 'is the network up, and does `git ls-remote` answer? then run the same again: nothing is half done',
  };
  return problem(`hub ${remote}: ${what}: ${saying(failure)}`, code, hint, failure);
}

/** The error for a git command on this machine alone. */
export function localProblem(failure: GitFailure, dir: string): SwarmError {
  const known = KNOWN.slice(0, 2).find(({ said }) => said.test(failure.stderr));
  const what = known?.what ?? `git ${failure.words[0]} failed`;
  return problem(
    `git in ${dir}: ${what}: ${saying(failure)}`,
    known?.code ?? 'git-failed',
    known?.hint ?? 'look at what git says',
    failure,
  );
}

const problem = (
  message: string,
  code: string,
  hint: string,
  { words, status, stderr }: GitFailure,
): SwarmError =>
  new SwarmError(message, {
    code,
    exit: EXIT.environment,
    hint,
    cause: new Error(`git ${words.join(' ')}: status ${status}\n${stderr}`),
  });

/** The line that says most: git's `fatal:`, else an error, else the last one. */
export function saying({ status, stderr }: Pick<GitFailure, 'status' | 'stderr'>): string {
  const lines = stderr
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const line =
    lines.find((it) => /^fatal: /.test(it)) ?? lines.find((it) => /^(error|ssh): /.test(it)) ?? lines.at(-1);
  if (line !== undefined) return line.replace(/^(fatal|error): /, '').slice(0, 300);
  return status === -1 ? 'no answer in time' : `git ended with status ${status}`;
}
