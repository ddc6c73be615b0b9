// What the shim in a folder does: nothing of its own (off), record what is built, or hand out stored objects.

import { randomBytes } from 'node:crypto';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Tool } from './tools.js';

export type ShimMode =
  | { readonly kind: 'off' }
  /** `sinceNs`, since 1970: sources changed at or after it are kept. */
  | { readonly kind: 'record'; readonly folder: string; readonly sinceNs: bigint }
  /** For builds that scrub the environment; else SWARM_SERVE names the folder. */
  | { readonly kind: 'serve'; readonly folder: string };

const VERSION = 'swarm.shim/1';
/** Fields before the table of tools: version, mode, folder, since. */
const HEAD = 4;

const headOf = (mode: ShimMode): string[] => [
  VERSION,
  mode.kind,
  mode.kind === 'off' ? '' : mode.folder,
  mode.kind === 'record' ? `${mode.sinceNs}` : '0',
];

/** The file is replaced as a whole: a copy of the tree may share it by a hard link, and compilers may be reading it. */
function replaceConfig(shimFolder: string, fields: readonly string[]): void {
  const file = join(shimFolder, 'config');
  const draft = `${file}.${process.pid}-${randomBytes(3).toString('hex')}`;
  writeFileSync(draft, fields.map((field) => `${field}\0`).join(''));
  renameSync(draft, file);
}

/** Write the config of a shim: its tools, and what it does. */
export function writeConfig(shimFolder: string, tools: readonly Tool[], mode: ShimMode): void {
  const table = tools.flatMap((tool) => [
    tool.name,
    tool.family,
    tool.run,
    tool.own,
    `${tool.flags.length}`,
    ...tool.flags,
  ]);
  replaceConfig(shimFolder, [...headOf(mode), ...table]);
}

/** Change what an installed shim does, also one in a copy of a tree. */
export function setShimMode(shimFolder: string, mode: ShimMode): void {
  const fields = readFileSync(join(shimFolder, 'config'), 'utf8').split('\0').slice(0, -1);
  replaceConfig(shimFolder, [...headOf(mode), ...fields.slice(HEAD)]);
}
