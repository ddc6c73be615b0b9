// Short texts of the gate's owner, signed with the gate's key where this machine has one. With a key, only what it signed counts;
// without, whoever can write the file is believed.

import { existsSync } from 'node:fs';
import { splitDocument } from './document.js';
import { gateKeyFile } from './key.js';
import { isSigned, publicKeyOf, sign, signerLine } from './signature.js';

type Environment = Readonly<Record<string, string | undefined>>;

/** The text, with its signature below where there is a key. Throws `gate-key` (exit 3). */
export async function signedText(text: string, env: Environment): Promise<string> {
  const key = gateKeyFile(env);
  return existsSync(key) ? `${text}${await sign(text, key)}` : text;
}

/** The text of such a document; undefined where it has to be signed and isn't. */
export async function verifiedText(document: string, env: Environment): Promise<string | undefined> {
  const key = gateKeyFile(env);
  const parts = splitDocument(document);
  if (!existsSync(key) && !existsSync(`${key}.pub`)) return parts?.text ?? document;
  if (parts === undefined) return undefined;
  const signers = signerLine(await publicKeyOf(key));
  return (await isSigned(parts.text, parts.signature, signers)) ? parts.text : undefined;
}
