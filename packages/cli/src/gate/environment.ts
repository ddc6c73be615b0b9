// The environment that tests are judged in: without the variables of a hook's repository, without folders of the working tree
// on PATH, and with the tools that were there when the baseline was measured.

import { existsSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { delimiter, isAbsolute, join, sep } from 'node:path';
import type { Tampering } from '@swarm/core';
import { makeFolder, writeFileAtomic } from '@swarm/host';

type Variables = Record<string, string | undefined>;

/** What git sets for a hook; a test that runs git must not find this repository by it. */
const HOOK_VARIABLES =
  /^GIT_(?!SSH|ASKPASS|SSL_|PROXY_|EXEC_PATH|CONFIG_(GLOBAL|SYSTEM|NOSYSTEM)$|TERMINAL_PROMPT$)/;

export interface CleanEnvironment {
  /** The index that a hook was given. */
  readonly indexFile?: string;
  /** PATH as it was. */
  readonly path: string;
}

/** Clean this process's own environment, since all that it starts inherits it. */
export function cleanEnvironment(env: Variables, top: string): CleanEnvironment {
  const { GIT_INDEX_FILE: indexFile, PATH: path = '' } = env;
  for (const name of Object.keys(env)) if (HOOK_VARIABLES.test(name)) delete env[name];
  env.PATH = path
    .split(delimiter)
    .filter((folder) => !isOwn(folder, top))
    .join(delimiter);
  return { path, ...(indexFile === undefined || indexFile === '' ? {} : { indexFile }) };
}

/** Is what it holds up to whoever works in the tree? */
function isOwn(folder: string, top: string): boolean {
  if (!isAbsolute(folder)) return true;
  return [folder, realOf(folder)].some((path) => path === top || path.startsWith(top + sep));
}

const realOf = (path: string): string => (existsSync(path) ? realpathSync(path) : path);

/** A tool as it was found: enough to notice another one. */
interface ToolIdentity {
  readonly path: string;
  readonly bytes: number;
  readonly changedMs: number;
}

export type Tools = Readonly<Record<string, ToolIdentity>>;

const ALWAYS = ['sh', 'bash', 'env', 'make', 'cc', 'gcc', 'ld', 'as', 'node', 'python3'];

/** The tools that the words of commands stand for. */
export function toolsOf(words: readonly string[], path: string): Tools {
  const found = new Map<string, ToolIdentity>();
  for (const name of [...ALWAYS, ...words]) {
    if (name.includes('/')) continue;
    const file = findTool(name, path);
    if (file === undefined) continue;
    const { size, mtimeMs } = statSync(file);
    found.set(name, { path: file, bytes: size, changedMs: Math.round(mtimeMs) });
  }
  return Object.fromEntries(found);
}

function findTool(name: string, path: string): string | undefined {
  for (const folder of path.split(delimiter)) {
    const file = join(folder === '' ? '.' : folder, name);
    const stat = statSync(file, { throwIfNoEntry: false });
    if (stat?.isFile() && (stat.mode & 0o111) !== 0) return realpathSync(file);
  }
  return undefined;
}

/** Tools that are not what they were: hidden by a folder of the working tree, or changed since the baseline. */
export function toolTampering(
  words: readonly string[],
  env: CleanEnvironment,
  pinned: Tools,
  now: Tools,
): Tampering[] {
  const seen = toolsOf(words, env.path);
  return Object.keys({ ...now, ...pinned, ...seen }).flatMap((name): Tampering[] => {
    const [first, real, before] = [seen[name], now[name], pinned[name]];
    const found = (reason: string): Tampering[] => [{ area: 'tools', what: name, reason }];
    if (first !== undefined && first.path !== real?.path)
      return found(`${first.path} shadows ${real?.path ?? 'nothing'}: PATH has a folder of the working tree`);
    if (before === undefined || real === undefined) return [];
    if (before.path !== real.path)
      return found(`${real.path} is found first; the baseline was measured with ${before.path}`);
    if (before.bytes !== real.bytes || before.changedMs !== real.changedMs)
      return found(`${real.path} is not what it was when the baseline was measured`);
    return [];
  });
}

const pinFile = (state: string): string => join(state, 'gate', 'tools.json');

/** Tools as they were pinned; none before the first baseline. */
export function pinnedTools(state: string): Tools {
  try {
    return JSON.parse(readFileSync(pinFile(state), 'utf8')) as Tools;
  } catch {
    return {};
  }
}

/** Remember tools that nobody has remembered yet, or all anew. Throws `disk-full` and `read-only` (exit 3). */
export async function pinTools(state: string, tools: Tools, anew: boolean): Promise<void> {
  makeFolder(join(state, 'gate'), 'gate folder');
  const pins = anew ? tools : { ...tools, ...pinnedTools(state) };
  await writeFileAtomic(pinFile(state), `${JSON.stringify(pins)}\n`, { durable: false });
}
