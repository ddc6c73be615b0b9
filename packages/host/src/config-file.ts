// Config files on the disk: which one holds for a folder, and what stands in it, with the lines of its keys.

import { readdir, readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { EXIT, SwarmError } from '@swarm/core';

const NAMES = ['swarm.config.yaml', 'swarm.config.yml', 'swarm.config.json', 'swarm.config.ts'];

/** What stands in a config file. */
export interface ParsedFile {
  readonly value: unknown;
  /** The line of a key, from 1; undefined where lines are not known. */
  readonly lineOf: (path: readonly (string | number)[]) => number | undefined;
  /** What kept it from being read as a whole. */
  readonly problems: readonly { readonly line: number | undefined; readonly reason: string }[];
}

/**
 * The config file that holds for a folder: in it or in the nearest folder above, up to the repository's root.
 * Throws `config-invalid` (exit 2) where a folder has two.
 */
export async function findConfig(startDir: string): Promise<string | undefined> {
  for (let dir = resolve(startDir); ; dir = dirname(dir)) {
    const names = await readdir(dir).catch(() => [] as string[]);
    const found = NAMES.filter((name) => names.includes(name));
    if (found.length > 1)
      throw new SwarmError(`config ${dir}: both ${found.join(' and ')} are there`, {
        code: 'config-invalid',
        exit: EXIT.usage,
        hint: 'keep one of them',
      });
    if (found[0] !== undefined) return join(dir, found[0]);
    if (names.includes('.git') || dirname(dir) === dir) return undefined;
  }
}

/** Read a config file. Throws `config-unreadable` (exit 2). */
export async function parseConfig(file: string): Promise<ParsedFile> {
  try {
    return await (file.endsWith('.ts') ? parseScript(file) : parseYaml(await readFile(file, 'utf8')));
  } catch (error) {
    const reason = (error as Error).message.split('\n')[0];
    throw new SwarmError(`config ${file}: ${reason}`, {
      code: 'config-unreadable',
      exit: EXIT.usage,
      hint: 'check that the file can be read and, if it is a script, that it runs',
      cause: error,
    });
  }
}

/** JSON is YAML, too. */
async function parseYaml(text: string): Promise<ParsedFile> {
  const { isNode, isPair, LineCounter, parseDocument, visit } = await import('yaml');
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const problems = document.errors.map((error) => ({
    line: lines.linePos(error.pos[0]).line,
    reason: error.message,
  }));
  const keyLines = new Map<string, number>();
  visit(document, {
    Pair(_, pair, ancestors) {
      const above = ancestors.filter(isPair).map(({ key }) => String(key));
      if (isNode(pair.key) && pair.key.range)
        keyLines.set([...above, String(pair.key)].join('\0'), lines.linePos(pair.key.range[0]).line);
    },
  });
  const lineOf = (path: readonly (string | number)[]): number | undefined => {
    const names = path.filter((part) => typeof part === 'string');
    for (let length = names.length; length > 0; length--) {
      const line = keyLines.get(names.slice(0, length).join('\0'));
      if (line !== undefined) return line;
    }
    return undefined;
  };
  return { value: problems.length > 0 ? undefined : document.toJS(), lineOf, problems };
}

async function parseScript(file: string): Promise<ParsedFile> {
  const { createJiti } = await import('jiti');
  const value = await createJiti(import.meta.url, { moduleCache: false }).import(file, { default: true });
  return { value, lineOf: () => undefined, problems: [] };
}
