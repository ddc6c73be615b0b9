// Where this very swarm is on the disk, for those who start it from elsewhere: from a check, or from inside a sandbox.

import { existsSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** How it is started. */
export const ownCommand = (): string[] => [process.execPath, ...process.argv.slice(1, 2)];

/** What of it isn't part of the system, and has to be shown for it to run: Node, and the folders of our own code. */
export function ownPaths(): string[] {
  const node = realpathSync(process.execPath);
  const entry = process.argv[1] === undefined ? [] : codeFolders(realpathSync(process.argv[1]));
  return [...new Set([process.execPath, node, ...entry])].filter((path) => !path.startsWith('/usr/'));
}

/** As installed, the outermost `node_modules` holds all of it; in a checkout, three folders at its top do. */
function codeFolders(entry: string): string[] {
  const installed = /^(.*?\/node_modules)\//.exec(entry)?.[1];
  if (installed !== undefined) return [installed];
  for (let top = dirname(entry); top !== dirname(top); top = dirname(top))
    if (existsSync(join(top, 'pnpm-workspace.yaml')))
      return ['node_modules', 'packages', 'plugins']
        .map((name) => join(top, name))
        .filter((path) => existsSync(path));
  return [dirname(entry)];
}
