// Making a hub refuse what nobody has certified: its hook, and the list of those whose signatures count.

import { chmod, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder, writeFileAtomic } from '@swarm/host';
import { EARLIER_HOOK, gateHook, HOOK_MARK, SIGNERS_FILE } from './hook.js';
import { signerLine } from './signature.js';

/**
 * Guard a branch (its full name) of a hub; done again, the hook is written anew and further keys are added. A hook that somebody
 * else wrote is kept, and asked after ours.
 */
export async function guardHub(dir: string, branch: string, publicKeys: readonly string[]): Promise<void> {
  makeFolder(join(dir, 'swarm'), 'gate folder');
  makeFolder(join(dir, 'hooks'), 'hooks');
  const signers = join(dir, SIGNERS_FILE);
  const present = await readFile(signers, 'utf8').catch(() => '');
  const lines = new Set(present.split(/(?<=\n)/).filter((line) => line !== ''));
  for (const key of publicKeys) lines.add(signerLine(key));
  await writeFileAtomic(signers, [...lines].join(''));
  const hook = join(dir, 'hooks', 'pre-receive');
  const earlier = await readFile(hook, 'utf8').catch(() => undefined);
  if (earlier !== undefined && !earlier.includes(HOOK_MARK)) await rename(hook, join(dir, EARLIER_HOOK));
  await writeFileAtomic(hook, gateHook(branch), { mode: 0o755 });
  await chmod(hook, 0o755);
}
