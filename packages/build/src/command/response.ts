// Response files by the rules of GCC's @file: white space separates, quotes of both kinds group, a backslash takes the
// next character wherever it stands; an @file that can't be read stays as it is; files may name further files.

import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

const DEEPEST = 64;

/** The words of a response file's text. */
function responseWords(text: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  let quote = '';
  for (let i = 0; i < text.length; i++) {
    const char = text[i]!;
    if (char === '\\' && i + 1 < text.length) word = (word ?? '') + text[++i];
    else if (quote !== '') {
      if (char === quote) quote = '';
      else word += char;
    } else if (char === "'" || char === '"') {
      quote = char;
      word ??= '';
    } else if (/[ \t\r\n\v\f]/.test(char)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else word = (word ?? '') + char;
  }
  if (word !== undefined) words.push(word);
  return words;
}

function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    // As GCC does: what can't be read is an argument like any other.
    return undefined;
  }
}

/** Replace each `@file` by what it holds, relative to `cwd`. */
export function expandResponses(argv: readonly string[], cwd: string, depth = 0): string[] {
  return argv.flatMap((word) => {
    const text = word.startsWith('@') && depth < DEEPEST ? textOf(resolve(cwd, word.slice(1))) : undefined;
    return text === undefined ? [word] : expandResponses(responseWords(text), cwd, depth + 1);
  });
}
