// A certificate for what was allowed, at the hub, signed with the gate's key: the hub then lets exactly this tree onto exactly that base.

import { gateKeyFile, openCertificates } from '@swarm/tasks';
import type { Context } from './context.js';

/** Throws `gate-key` (exit 3) without a key, and what the hub throws. */
export async function certify(
  { subject, key, source, signal }: Context,
  remote: string | undefined,
): Promise<{ readonly tree: string; readonly base: string }> {
  const certificates = await openCertificates({
    ...{ dir: source.trees.top, signal, random: Math.random, key: gateKeyFile(process.env) },
    ...(remote === undefined ? {} : { remote }),
  });
  const named = { tree: subject.candidate.tree, base: subject.base.tree };
  const environment = `${process.platform}-${process.arch}`;
  await certificates.add({ ...named, suite: key, environment });
  return named;
}
