// The scripts that a shell command names. What a test or probe asks is written in them, so an answer from before they
// changed is an answer to another question.

import { readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { shellWords } from './shell-words.js';

/** Larger files are data or programs, not what a person edits between two runs. */
const MOST_BYTES = 1 << 20;

/** The contents of the text files that are words of the command, in order; `dir` is where it runs. */
export function namedScripts(command: string, dir: string): Buffer[] {
  const words = (shellWords(command) ?? command.split(/\s+/)).map((word) => word.replace(/[;&|()]+$/, ''));
  return words.flatMap((word) => script(resolve(dir, word)) ?? []);
}

function script(file: string): Buffer | undefined {
  const stat = statSync(file, { throwIfNoEntry: false });
  if (!stat?.isFile() || stat.size > MOST_BYTES) return undefined;
  const bytes = readFileSync(file);
  return bytes.includes(0) ? undefined : bytes;
}
