// Changing refs at the hub: one push that happens whole or not at all, each ref pinned to the object that was seen there.
//
// A bare `--force-with-lease` is never used: it trusts the last fetch of whoever fetched. What git prints for programs
// (`--porcelain`) is read into a value; the words in parentheses are git's own and the server's, in English by LC_ALL=C.

import type { Git, GitFailure } from './git.js';

/** One ref to change. */
export interface RefMove {
  readonly ref: string;
  /** The object that must be there; empty: there must be none. Left out: any that `to` descends from. */
  readonly from?: string;
  /** The object to put there; empty: the ref ends. */
  readonly to: string;
}

export type PushResult =
  | { readonly kind: 'done' }
  /** These refs are not where they must be; nothing was changed. */
  | { readonly kind: 'moved'; readonly refs: readonly string[] }
  /** Somebody changed something in the same moment; nothing was changed by us. */
  | { readonly kind: 'raced' }
  /** The hub does not want this ref changed so: a hook or a setting of its own. */
  | { readonly kind: 'declined'; readonly ref: string; readonly reason: string }
  /** No answer: it may have happened, or not. */
  | { readonly kind: 'unanswered'; readonly failure: GitFailure };

export async function push(git: Git, remote: string, moves: readonly RefMove[]): Promise<PushResult> {
  const leases = moves.flatMap(({ ref, from }) =>
    from === undefined ? [] : [`--force-with-lease=${ref}:${from}`],
  );
  const done = await git.run([
    'push',
    '--porcelain',
    '--no-verify',
    '--no-signed',
    '--no-follow-tags',
    '--recurse-submodules=no',
    ...(moves.length > 1 ? ['--atomic'] : []),
    ...leases,
    remote,
    ...moves.map(({ ref, to }) => `${to}:${ref}`),
  ]);
  return done.kind === 'done' ? { kind: 'done' } : judge(done);
}

/** The client saw another object than the pinned one, or one that is no ancestor. */
const MOVED = /stale info|fetch first|non-fast-forward|needs force|already exists/;
/** The ref was locked by another push, or moved between the hub's two looks. */
const RACED =
  /cannot lock ref|failed to lock|failed to update ref|incorrect old value|atomic transaction failed|transaction failed|reference already exists|unable to (create|lock)|cannot be created/;
/** Said of the refs that were not the reason. */
const DRAGGED_ALONG = /atomic push fail|atomic transaction failed/;

interface Refusal {
  readonly ref: string;
  readonly reason: string;
}

function judge(failure: GitFailure): PushResult {
  const refusals = refusalsOf(failure.stdout);
  if (refusals.length === 0) return { kind: 'unanswered', failure };
  if (refusals.some(({ reason }) => /remote failed to report status/.test(reason)))
    return { kind: 'unanswered', failure };
  const moved = refusals.filter(({ reason }) => MOVED.test(reason));
  if (moved.length > 0) return { kind: 'moved', refs: moved.map(({ ref }) => ref) };
  const declined = refusals.find(({ reason }) => !RACED.test(reason) && !DRAGGED_ALONG.test(reason));
  if (declined === undefined) return { kind: 'raced' };
  return { kind: 'declined', ref: declined.ref, reason: declinedWords(failure, declined.reason) };
}

/** Lines of a failed ref: `!<tab><from>:<to><tab>[rejected] (<reason>)`, `[remote rejected]` or `[remote failure]`. */
function refusalsOf(stdout: string): Refusal[] {
  return stdout.split('\n').flatMap((line) => {
    const found = /^!\t[^\t]*:([^\t]+)\t\[[a-z ]+\] \((.*)\)$/.exec(line);
    return found === null ? [] : [{ ref: found[1]!, reason: found[2]! }];
  });
}

/** Said by git at the hub, not by the hook. */
const GITS_OWN = /^error: (hook declined|failed to push)|^$/;

/** What the hub's hook said, when it said something, and git's word for it. */
function declinedWords({ stderr }: GitFailure, reason: string): string {
  const said = stderr
    .split('\n')
    .filter((line) => line.startsWith('remote: '))
    .map((line) => line.slice('remote: '.length).trim())
    .filter((line) => !GITS_OWN.test(line));
  return said.length > 0 ? `${said.slice(-3).join('; ')} (${reason})` : reason;
}
