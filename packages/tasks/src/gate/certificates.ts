// Certificates at the hub: written by who holds the gate's key, read by the hub's own hook and by who wants not to gate a tree twice.

import {
  CERTIFICATE_SCHEMA,
  certificateText,
  EXIT,
  type GateCertificate,
  readCertificate,
  SwarmError,
} from '@swarm/core';
import { untilDone } from '../backoff.js';
import { draftCommit } from '../draft.js';
import { fetchCertificates } from '../fetch.js';
import { hubProblem } from '../git-problem.js';
import type { HubOptions } from '../hub.js';
import { push } from '../push.js';
import { declined } from '../refusal.js';
import { type HubRepository, openRepository } from '../repository.js';
import { readObjects } from '../task-tree.js';
import { certificateFile, certificatesRef, splitDocument } from './document.js';
import { isSigned, publicKeyOf, sign, signerLine } from './signature.js';

export interface Certificates {
  /** The certificate for a tree against a base, both by id, if it bears this key's signature. */
  find(tree: string, base: string): Promise<GateCertificate | undefined>;
  /** Sign it and put it there, instead of an earlier one for the same tree and base. */
  add(certificate: GateCertificate): Promise<void>;
}

/** `key`: the gate's, as `gateKeyFile` names it. Throws what opening a hub throws. */
export async function openCertificates(
  options: HubOptions & { readonly key: string },
): Promise<Certificates> {
  const repository = await openRepository(options);
  const { key } = options;
  return {
    find: (tree, base) => find(repository, key, tree, base),
    add: (certificate) => add(repository, key, certificate),
  };
}

async function find(
  repository: HubRepository,
  key: string,
  tree: string,
  base: string,
): Promise<GateCertificate | undefined> {
  const tip = await fetchCertificates(repository);
  if (tip === undefined) return undefined;
  const [bytes] = await readObjects(repository, [`${tip}:${certificateFile(tree, base)}`]);
  const parts = splitDocument(bytes?.toString('utf8') ?? '');
  const certificate = parts && readCertificate(parts.text);
  if (certificate?.tree !== tree || certificate.base !== base) return undefined;
  const signers = signerLine(await publicKeyOf(key));
  return (await isSigned(parts!.text, parts!.signature, signers)) ? certificate : undefined;
}

async function add(repository: HubRepository, key: string, certificate: GateCertificate): Promise<void> {
  const text = certificateText(certificate);
  if (readCertificate(text) === undefined) throw malformed(certificate);
  const bytes = Buffer.from(`${text}${await sign(text, key)}`);
  const path = certificateFile(certificate.tree, certificate.base);
  const what = `certifying ${certificate.tree.slice(0, 10)}`;
  await untilDone(what, repository.random, repository.signal, () => put(repository, path, bytes, what));
}

/** One try; undefined when somebody else was first. */
async function put(
  repository: HubRepository,
  path: string,
  bytes: Uint8Array,
  message: string,
): Promise<true | undefined> {
  const ref = certificatesRef(repository.namespace);
  const parent = await fetchCertificates(repository);
  const draft = await draftCommit(repository, { parent, message, edits: [{ kind: 'write', path, bytes }] });
  try {
    const move = { ref, from: parent ?? '', to: draft.commit };
    const result = await push(repository.git, repository.remote, [move]);
    if (result.kind === 'declined') throw declined(repository, result.ref, result.reason);
    if (result.kind === 'unanswered') throw hubProblem(result.failure, repository.remote);
    return result.kind === 'done' ? true : undefined;
  } finally {
    await draft.remove();
  }
}

const malformed = (certificate: GateCertificate): SwarmError =>
  new SwarmError(`certificate: ${JSON.stringify(certificate)} can't be written as ${CERTIFICATE_SCHEMA}`, {
    code: 'bad-certificate',
    exit: EXIT.usage,
    hint: 'tree and base are ids of trees; suite and environment are words without spaces, at most 200 letters',
  });
