// `swarm hub init`: a hub, guarded or not, and how to go on.

import { resolve } from 'node:path';
import { EXIT } from '@swarm/core';
import type { Told } from '../terminal/told.js';

/** `signers`: files of public keys; none: our own gate's key, which is made; undefined: the hub is not guarded. */
export async function makeHub(
  typed: string,
  branch: string,
  signers: readonly string[] | undefined,
): Promise<Told> {
  const { gateKeyFile, initHub, ownGateKey, publicKeyOf } = await import('@swarm/tasks');
  const folder = resolve(typed);
  const own = signers?.length === 0 ? await ownGateKey(process.env) : undefined;
  const files = own === undefined ? (signers ?? []).map((file) => resolve(file)) : [own];
  const publicKeys = await Promise.all(files.map(publicKeyOf));
  await initHub(folder, { branch, ...(signers === undefined ? {} : { signers: publicKeys }) });
  return {
    document: {
      schema: 'swarm.hub/1',
      folder,
      branch,
      ...(signers === undefined ? {} : { gate: { signers: files } }),
    },
    lines: [
      `HUB ${folder}, branch ${branch}`,
      ...(signers === undefined ? [] : [`gate: ${branch} moves only to trees with a certificate`]),
      ...(own === undefined ? [] : [`key: ${gateKeyFile(process.env)}; keep it where no agent can read it`]),
      `next: git clone ${typed}, or git remote add origin ${typed}`,
    ],
    exit: EXIT.done,
  };
}
