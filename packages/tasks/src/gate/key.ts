// The gate's key: whoever holds it says what may land. It is kept where its owner keeps settings, never in a repository, a hub or a
// workspace, so that no agent's sandbox shows it.

import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { makeFolder } from '@swarm/host';
import { makeKey } from './signature.js';

type Environment = Readonly<Record<string, string | undefined>>;

/** Where the key is: SWARM_GATE_KEY, or else `swarm/gate-key` among the owner's settings. */
export const gateKeyFile = (env: Environment): string =>
  env.SWARM_GATE_KEY || join(env.XDG_CONFIG_HOME || join(homedir(), '.config'), 'swarm', 'gate-key');

/** The same, made where there is none. Throws `gate-key` (exit 3). */
export async function ownGateKey(env: Environment): Promise<string> {
  const file = gateKeyFile(env);
  if (existsSync(file)) return file;
  makeFolder(dirname(file), 'folder of the gate key', 0o700);
  await makeKey(file);
  return file;
}
