// The hooks that `swarm gate install` writes, in plain shell: what was there before runs first, with its own name and arguments
// and standard input, since it may change what is committed; then the gate says its word.

/** In every hook of ours. */
export const HOOK_OF_GATE =
  '# swarm gate: written by `swarm gate install`; `swarm gate uninstall` takes it back';

export const GATED_HOOKS = ['pre-commit', 'pre-push'] as const;
export type GatedHook = (typeof GATED_HOOKS)[number];

/** Hooks that git runs in a working repository. */
export const CLIENT_HOOKS: readonly string[] = [
  ...['applypatch-msg', 'pre-applypatch', 'post-applypatch', 'pre-merge-commit', 'prepare-commit-msg'],
  ...['commit-msg', 'post-commit', 'pre-rebase', 'post-checkout', 'post-merge', 'post-rewrite'],
  ...['pre-auto-gc', 'reference-transaction', 'post-index-change', 'sendemail-validate'],
];

export interface HookWish {
  /** The words that run swarm. */
  readonly argv: readonly string[];
  /** The branch that is gated when it is pushed. */
  readonly branch: string;
}

const quoted = (word: string): string => `'${word.replaceAll("'", "'\\''")}'`;

/** `next`: shell words for the file that was there before. */
export function hookScript(hook: GatedHook, { argv, branch }: HookWish, next: string): string {
  const [program = '', script = ''] = argv;
  const head = `#!/bin/sh
${HOOK_OF_GATE}
next=${next}
`;
  const there = `for file in ${quoted(program)} ${quoted(script)}; do
  [ -e "$file" ] || { echo "swarm gate: $file is gone; run swarm gate install again, or uninstall" >&2; exit 1; }
done
`;
  const swarm = argv.map(quoted).join(' ');
  if (hook === 'pre-commit')
    return `${head}[ ! -x "$next" ] || "$next" "$@" || exit $?
${there}exec ${swarm} gate check --hook pre-commit --staged </dev/null
`;
  return `${head}moves=$(cat)
[ ! -x "$next" ] || printf '%s\\n' "$moves" | "$next" "$@" || exit $?
${there}branch=${quoted(`refs/heads/${branch}`)}
while read -r _ to ref from; do
  [ "$ref" = "$branch" ] || continue
  case $to in *[!0]*) ;; *) continue ;; esac
  case $from in *[!0]*) ;; *) continue ;; esac # The first push: there is nothing to hold it against.
  ${swarm} gate check --hook pre-push --commit "$to" --base "$from" </dev/null || exit $?
done <<MOVES
$moves
MOVES
`;
}

/** A hook that only hands on to the one that was there before, in its own place. */
export const handingOn = (next: string): string => `#!/bin/sh
${HOOK_OF_GATE}
next=${next}
[ ! -x "$next" ] || exec "$next" "$@"
`;

/** Shell words for a hook of a folder that git would look in; a relative one is relative to the top, where hooks run. */
export const hookIn = (folder: string, hook: string): string =>
  quoted(`${folder.replace(/\/$/, '')}/${hook}`);
