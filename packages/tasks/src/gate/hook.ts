// The hub's own gate: a pre-receive hook in plain shell, since it runs at every push. It costs a shell where main isn't touched,
// else three git commands and one signature check, however much is pushed. No test runs in it.
//
// It trusts nothing that a pusher can send: not the certificates' ref (anyone may write there, only a signature counts), not
// refs/replace (switched off, or an innocent tree could stand in for another), not that main is where the pusher saw it (git
// itself holds the old value that is checked here until the ref has moved).

import { CERTIFICATE_SCHEMA } from '@swarm/core';
import { PURPOSE, SIGNER } from './signature.js';

/** First line after the shell's: a hook with it is ours, and may be replaced. */
export const HOOK_MARK = '# swarm gate: written by `swarm hub init --gate`';
/** What was there before, and is asked after ours; relative to the hub. */
export const EARLIER_HOOK = 'hooks/pre-receive.before-swarm';
/** Who may sign; relative to the hub. */
export const SIGNERS_FILE = 'swarm/gate-signers';

const quoted = (word: string): string => `'${word.replaceAll("'", "'\\''")}'`;

/** The text of the hook. `branch`: the full name of the ref that is guarded. */
export const gateHook = (branch: string): string => `#!/bin/sh
${HOOK_MARK}
export GIT_NO_REPLACE_OBJECTS=1
main=${quoted(branch)} certificates=refs/swarm/certificates
moves=$(cat)

refuse() {
  echo "swarm gate: $1" >&2
  echo 'swarm gate: \`swarm land\` hands work to the landing queue; \`swarm gate check --certify\` is for the holder of the key' >&2
  exit 1
}

is_nothing() { case $1 in *[!0]*) return 1 ;; esac; }

check() { # OLD NEW CERTIFICATES
  is_nothing "$2" && refuse "$main can't be deleted"
  is_nothing "$1" && return # The first commit of a new hub.
  git merge-base --is-ancestor "$1" "$2" || refuse "$main only moves forward; nothing of it is taken back"
  trees=$(git rev-parse --quiet "$2^{tree}" "$1^{tree}") || refuse "$main can only be at commits"
  tree=\${trees%%[!0-9a-f]*} base=\${trees##*[!0-9a-f]}
  command -v ssh-keygen >/dev/null || refuse 'this hub has no ssh-keygen, so that no certificate can be checked'
  rest=\${tree#??} file=swarm/signature.$$
  all=$(git cat-file blob "$3:\${tree%"$rest"}/$tree.$base" 2>/dev/null) ||
    refuse "no certificate for tree $tree on top of $base"
  text=\${all%%-----BEGIN SSH SIGNATURE-----*}
  trap 'rm -f "$file"' EXIT
  printf '%s\\n' "\${all#"$text"}" >"$file" || refuse 'this hub has no room to check a certificate'
  printf %s "$text" | ssh-keygen -Y verify -f ${SIGNERS_FILE} -I ${SIGNER} -n ${PURPOSE} -s "$file" \\
    >/dev/null 2>&1 || refuse "the certificate for tree $tree bears no signature that counts here"
  { read -r schema && read -r first && read -r second; } <<TEXT
$text
TEXT
  [ "$schema/$first/$second" = "${CERTIFICATE_SCHEMA}/tree $tree/base $base" ] ||
    refuse "the certificate for tree $tree is about something else"
}

old= new= at=$certificates
while read -r from to ref; do
  case $ref in
  "$main") old=$from new=$to ;;
  "$certificates") at=$to ;;
  esac
done <<MOVES
$moves
MOVES
[ -z "$new" ] || check "$old" "$new" "$at"
earlier=${EARLIER_HOOK}
[ ! -x "$earlier" ] || printf '%s\\n' "$moves" | "$earlier"
`;
