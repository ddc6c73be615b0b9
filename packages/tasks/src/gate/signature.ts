// Signing with ssh keys, as git signs: `ssh-keygen -Y`. A signature is over a text and for one purpose only, so that a key that
// signs commits elsewhere can't be made to sign a certificate by mistake.

import { readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EXIT, SwarmError } from '@swarm/core';
import { createRunner, createWorkDir, type RunResult } from '@swarm/host';

/** What signatures are for. */
export const PURPOSE = 'swarm-certificate';
/** The name of every signer: who may sign is one list, and all on it count the same. */
export const SIGNER = 'gate';

/** A line of a list of signers, as `ssh-keygen` reads it, for a public key as it is in its file. */
export const signerLine = (publicKey: string): string =>
  `${SIGNER} namespaces="${PURPOSE}" ${publicKey.trim()}\n`;

/** The signature of a text by a private key's file, or by ssh's agent for a public one. Throws `gate-key` (exit 3). */
export const sign = (text: string, key: string): Promise<string> =>
  inFolder(async (folder, keygen) => {
    const file = join(folder, 'text');
    await writeFile(file, text);
    const done = await keygen(['-Y', 'sign', '-f', key, '-n', PURPOSE, file]);
    if (!isDone(done)) throw keyProblem(`key ${key}: it could not sign: ${said(done)}`);
    return readFile(`${file}.sig`, 'utf8');
  });

/** Is it the signature of this text by one of the signers (lines as `signerLine` gives them)? */
export const isSigned = (text: string, signature: string, signers: string): Promise<boolean> =>
  inFolder(async (folder, keygen) => {
    const [file, signed, allowed] = ['text', 'signature', 'signers'].map((name) => join(folder, name));
    await Promise.all([writeFile(file!, text), writeFile(signed!, signature), writeFile(allowed!, signers)]);
    const words = ['-Y', 'verify', '-f', allowed!, '-I', SIGNER, '-n', PURPOSE, '-s', signed!];
    return isDone(await keygen(words, file));
  });

/** Make a key pair without a passphrase: `file`, and `file.pub`. Throws `gate-key` (exit 3). */
export const makeKey = (file: string): Promise<void> =>
  inFolder(async (_folder, keygen) => {
    const made = await keygen(['-q', '-t', 'ed25519', '-N', '', '-C', 'swarm gate', '-f', file]);
    if (!isDone(made)) throw keyProblem(`key ${file}: it could not be made: ${said(made)}`);
  });

/** The public part of a key, given by either file. Throws `gate-key` (exit 3). */
export const publicKeyOf = (key: string): Promise<string> =>
  inFolder(async (_folder, keygen) => {
    const beside = await readFile(key.endsWith('.pub') ? key : `${key}.pub`, 'utf8').catch(() => '');
    if (beside.trim() !== '') return beside;
    const derived = await keygen(['-y', '-P', '', '-f', key]);
    if (isDone(derived)) return derived.stdout;
    throw keyProblem(`key ${key}: it can't be read: ${said(derived)}`);
  });

type Keygen = (words: readonly string[], stdin?: string) => Promise<RunResult>;

const LIMIT_MS = 30_000;

/** Run with a folder of its own for the texts and keys that ssh-keygen wants in files. */
async function inFolder<T>(work: (folder: string, keygen: Keygen) => Promise<T>): Promise<T> {
  const folder = await createWorkDir(tmpdir());
  const runner = createRunner({ jobs: 1, cookie: folder.cookie });
  try {
    return await work(folder.path, (words, stdin) =>
      runner.run({
        argv: ['ssh-keygen', ...words],
        cwd: folder.path,
        timeLimitMs: LIMIT_MS,
        ...(stdin === undefined ? {} : { stdin }),
      }),
    );
  } finally {
    await runner.close();
    await folder.remove();
  }
}

const isDone = ({ exit }: RunResult): boolean => exit.kind === 'exited' && exit.code === 0;

const said = ({ exit, stderr }: RunResult): string =>
  exit.kind === 'not-started'
    ? `ssh-keygen: ${exit.reason}`
    : (stderr.trim().split('\n').at(-1) ?? 'ssh-keygen failed');

const keyProblem = (message: string): SwarmError =>
  new SwarmError(message, {
    code: 'gate-key',
    exit: EXIT.environment,
    hint: 'name a key that ssh-keygen can use, without a passphrase or known to ssh-agent: SWARM_GATE_KEY',
  });
