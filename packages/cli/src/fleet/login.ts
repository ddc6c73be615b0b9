// What of a person's own logins agents get: files and folders of the home that the config names, copied into the fresh home of each session.
// A session can read and change its copy; the person's own stays as it is.

import { existsSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { join, normalize } from 'node:path';
import { EXIT, SwarmError } from '@swarm/core';

/** Throws `bad-login` and `no-login` (exit 2). */
export function checkLogin(paths: readonly string[], home: string): void {
  for (const path of paths) {
    if (path.startsWith('/') || path.startsWith('~') || /^\.{1,2}(\/|$)/.test(normalize(path)))
      throw new SwarmError(`run.login: ${JSON.stringify(path)} is no path within the home`, {
        code: 'bad-login',
        exit: EXIT.usage,
        hint: 'name single files or folders relative to it, such as .codex/auth.json',
      });
    if (!existsSync(join(home, path)))
      throw new SwarmError(`run.login: there is no ${join(home, path)}`, {
        code: 'no-login',
        exit: EXIT.usage,
        hint: 'log in with the agent program first, or take it out of run.login',
      });
  }
}

/** Copy them; links are followed, so that nothing points outside. */
export async function copyLogin(paths: readonly string[], from: string, to: string): Promise<void> {
  for (const path of paths)
    await cp(join(from, path), join(to, path), { recursive: true, dereference: true });
}
