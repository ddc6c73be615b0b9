// A private copy of a tree in the tree's own place: a command that runs another one in a mount namespace of its own,
// where the copy covers the tree. Nobody else sees the mounts, and they are gone with the last process in them.
// As root that is `unshare -m`; otherwise a user namespace, and a second one inside that gives the own uid back.

import { isAbsolute, relative } from 'node:path';
import type { View } from './process.js';

/** Arguments: root, copy, how many folders to keep, these, then the command. Says `v` when it fails. */
const VIEW_SCRIPT = `
root=$1 copy=$2 count=$3
shift 3
swarm_show() {
  while ((count-- > 0)); do
    mkdir -p -- "$root/$1" "$copy/$1" && mount --bind -- "$root/$1" "$copy/$1" || return
    shift
  done
  mount --rbind -- "$copy" "$root"
}
total=$count
swarm_show "$@" || { echo v; exit 1; }
shift "$total"
exec "$@"
`;

/** The command as it runs in a view; `needed` are folders that must stay the same ones inside. */
export function inView(view: View, needed: readonly string[], command: readonly string[]): string[] {
  const { uid, gid } = owner();
  const keep = [...view.keep, ...needed]
    .map((dir) => inside(view.root, dir))
    .filter((dir) => dir !== undefined);
  const script = ['bash', '--norc', '--noprofile', '-c', VIEW_SCRIPT, 'swarm-view'];
  const place = [view.root, view.copy, String(keep.length), ...keep];
  if (uid === 0) return ['unshare', '-m', '--', ...script, ...place, ...command];
  const back = ['unshare', '-U', `--map-user=${uid}`, `--map-group=${gid}`, '--'];
  return ['unshare', '-U', '-r', '-m', '--', ...script, ...place, ...back, ...command];
}

function owner(): { uid: number; gid: number } {
  return { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
}

/** A folder relative to the root, or undefined when it isn't under it. */
function inside(root: string, dir: string): string | undefined {
  const path = isAbsolute(dir) ? relative(root, dir) : dir;
  return path === '' || path === '..' || path.startsWith('../') ? undefined : path;
}
