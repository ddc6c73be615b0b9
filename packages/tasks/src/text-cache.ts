// The texts of all tasks of one commit, in one file beside our repository: a new process reads them at once, not as a git object
// each. A commit never changes, so what was kept for it is what the hub holds; kept are texts, not tasks, so that they
// are read by the rules of whoever reads them. A file that is not whole, or of another form, is as good as none.

import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomic } from '@swarm/host';

/** By the ids of the tasks, in their order. */
export type TaskTexts = ReadonlyMap<string, string>;

export interface KeptTexts {
  readonly commit: string;
  readonly texts: TaskTexts;
}

/** First word of the file's first line; then the commit, and the hash of the rest: a line of ids and lengths, and the texts. */
const FORM = 'swarm.task-texts/1';

const fileIn = (state: string): string => join(state, 'tasks.cache');

export async function readKept(state: string): Promise<KeptTexts | undefined> {
  const bytes = await readFile(fileIn(state)).catch(() => undefined);
  if (bytes === undefined) return undefined;
  const end = bytes.indexOf(0x0a);
  const [form, commit, hash] = bytes.toString('latin1', 0, Math.max(0, end)).split(' ');
  const rest = bytes.subarray(end + 1);
  if (form !== FORM || commit === undefined || hash !== hashOf(rest)) return undefined;
  const text = rest.toString('utf8');
  let at = text.indexOf('\n') + 1;
  const texts = new Map<string, string>();
  for (const [id, length] of JSON.parse(text.slice(0, at)) as [string, number][]) {
    texts.set(id, text.slice(at, at + length));
    at += length;
  }
  return { commit, texts };
}

/** Whoever writes last is kept: each file is whole, and true of its commit. What can't be kept is read again. */
export async function keep(state: string, { commit, texts }: KeptTexts): Promise<void> {
  const index = JSON.stringify([...texts].map(([id, text]) => [id, text.length]));
  const rest = Buffer.from(`${index}\n${[...texts.values()].join('')}`);
  const head = Buffer.from(`${FORM} ${commit} ${hashOf(rest)}\n`);
  await writeFileAtomic(fileIn(state), Buffer.concat([head, rest]), { durable: false }).catch(() => {});
}

const hashOf = (bytes: Buffer): string => createHash('sha1').update(bytes).digest('hex');
