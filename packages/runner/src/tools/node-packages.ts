// The packages of a JavaScript project, as far as their scripts say how it is tested.

import { access } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { readSeen } from '@swarm/host';
import { suiteFiles } from './project-files.js';

export interface NodePackage {
  /** Relative to the project's root; `.` for the root itself. */
  readonly dir: string;
  /** Its package.json, relative to the root. */
  readonly file: string;
  readonly scripts: readonly (readonly [name: string, command: string])[];
}

/** All packages of a project. One whose package.json isn't JSON has no scripts. */
export async function findPackages(root: string): Promise<NodePackage[]> {
  const packages: NodePackage[] = [];
  for (const file of await suiteFiles(root, ['**/package.json'], 4)) {
    const scripts = scriptsOf(await readSeen(join(root, file)));
    packages.push({ dir: dirname(file), file, scripts });
  }
  return packages;
}

export function scriptsOf(text: string): (readonly [string, string])[] {
  try {
    const { scripts } = JSON.parse(text) as { scripts?: unknown };
    if (typeof scripts !== 'object' || scripts === null) return [];
    return Object.entries(scripts).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  } catch {
    return [];
  }
}

/** An installed program of a package or of one above it, up to the root and what is above that; a shell word. */
export async function nearestBinary(name: string, dir: string, root: string): Promise<string | undefined> {
  for (let at = dir; ; at = dirname(at)) {
    const path = join(at, 'node_modules', '.bin', name);
    const isThere = await access(path).then(
      () => true,
      () => false,
    );
    if (isThere) return `'${path.replaceAll("'", "'\\''")}'`;
    if (at === root || at === dirname(at)) return undefined;
  }
}
