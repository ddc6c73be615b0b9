// What a program printed, as far as a person is told of it.

import { existsSync } from 'node:fs';
import { excerptOf } from '../report/excerpt.js';
import { plainLine } from '../report/plain-text.js';

/** The last line with something in it, for the end of a reason. */
export function lastLine(text: string, limit = 160): string {
  const lines = text.trimEnd().split('\n');
  return plainLine(lines.at(-1) ?? '', limit);
}

/** The head and tail of a file; '' where there is none. */
export async function textOfFile(path: string, limitBytes = 256 * 1024): Promise<string> {
  return existsSync(path) ? excerptOf(path, limitBytes) : '';
}
