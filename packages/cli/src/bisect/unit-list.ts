// The unit list of `--units FILE`: one name a line, optionally a tab and a weight. Names are any text without line
// breaks and tabs; empty lines don't count.

import { readFile } from 'node:fs/promises';
import { EXIT, SwarmError, type Unit } from '@swarm/core';

/** Read the list. Throws `units-unreadable`, `units-duplicate` or `units-weight`, exit 2, naming file and line. */
export async function readUnitList(file: string): Promise<Unit[]> {
  const bytes = await readFile(file).catch((cause) => {
    throw problem(
      'units-unreadable',
      `${file}: cannot read the unit list: ${reason(cause)}`,
      'check the path',
    );
  });
  return parseUnitList(decode(bytes, file), file);
}

export function parseUnitList(text: string, file: string): Unit[] {
  const lineOf = new Map<string, number>();
  const units: Unit[] = [];
  for (const [i, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === '') continue;
    const [id = '', weight] = line.split('\t');
    const before = lineOf.get(id);
    if (before !== undefined) {
      throw problem(
        'units-duplicate',
        `${file}:${i + 1}: unit "${id}" is listed twice, first in line ${before}`,
        'list each unit once',
      );
    }
    lineOf.set(id, i + 1);
    units.push(weight === undefined ? { id } : { id, weight: parseWeight(weight, `${file}:${i + 1}`) });
  }
  return units;
}

function parseWeight(text: string, where: string): number {
  const weight = Number(text);
  if (text.trim() !== '' && Number.isFinite(weight) && weight > 0) return weight;
  throw problem(
    'units-weight',
    `${where}: weight "${text}" is not a number above 0`,
    'write NAME, or NAME<tab>WEIGHT',
  );
}

function decode(bytes: Uint8Array, file: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw problem('units-unreadable', `${file}: the unit list is not UTF-8 text`, 'convert it to UTF-8');
  }
}

const reason = (cause: NodeJS.ErrnoException): string =>
  ({ ENOENT: 'no such file', EISDIR: 'it is a folder', EACCES: 'permission denied' })[cause.code ?? ''] ??
  cause.message;

const problem = (code: string, message: string, hint: string): SwarmError =>
  new SwarmError(message, { code, exit: EXIT.usage, hint });
