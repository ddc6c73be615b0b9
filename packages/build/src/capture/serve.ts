// Serving stored objects to a build (`--rebuild`): per probe a folder with one small sh script for each compiler command
// that is answered from the store; every other command runs the oracle, through the same shim.
//
// The shim finds the folder by SWARM_SERVE in its environment; for builds that scrub that, `setShimMode` writes it into the
// config of the shim's folder in the probe's own copy of the tree. The variable wins over the config. A script's
// name is the hash of cwd and arguments with the tree's root written as one byte, as shim/serve.c computes it.

import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { BuildPlan, CompileCommand, CompileUnit } from '../plan.js';

/** One command to answer. */
export interface ServeEntry {
  readonly cwd: string;
  /** What followed the compiler's name, response files expanded. */
  readonly arguments: readonly string[];
  readonly stdin?: string | undefined;
  /** The sh script that runs instead, in the command's own folder; its status is the command's. */
  readonly script: string;
}

export interface ServeFolder {
  /** Put these into the build's environment. */
  readonly env: Readonly<Record<string, string>>;
  /** Entries left out since another one has the same command: the oracle answers those. */
  readonly ambiguous: readonly ServeEntry[];
}

const OFFSET = 0xcbf29ce484222325n;
const PRIME = 0x100000001b3n;
const MASK = (1n << 64n) - 1n;

function fnv1a(bytes: Iterable<number>, start: bigint): bigint {
  let hash = start;
  for (const byte of bytes) hash = ((hash ^ BigInt(byte)) * PRIME) & MASK;
  return hash;
}

/** `text` with the root written as byte 1 wherever a whole path prefix is meant. */
function withoutRoot(text: string, root: string): string {
  let out = '';
  for (let at = 0; ; ) {
    const found = text.indexOf(root, at);
    if (found < 0) return out + text.slice(at);
    const after = text[found + root.length];
    out += text.slice(at, found) + (after === '/' || after === undefined ? '\x01' : root);
    at = found + root.length;
  }
}

/** The name under which a command is served: 16 hexadecimal digits of FNV-1a 64. */
function serveName(entry: Omit<ServeEntry, 'script'>, root: string): string {
  let hash = OFFSET;
  for (const word of [entry.cwd, ...entry.arguments])
    hash = fnv1a(Buffer.from(`${withoutRoot(word, root)}\0`), hash);
  if (entry.stdin !== undefined) hash = fnv1a(readFileSync(entry.stdin), hash);
  return hash.toString(16).padStart(16, '0');
}

/**
 * Fill `dir` with the scripts of a probe. Entries are given with the paths of the captured tree, `from`; the build will run
 * in `root`, which may be another copy of it.
 */
export function serveShim(
  dir: string,
  entries: readonly ServeEntry[],
  where: { readonly from: string; readonly root: string },
): ServeFolder {
  const scripts = new Map<string, ServeEntry>();
  const ambiguous = new Set<ServeEntry>();
  for (const entry of entries) {
    const name = serveName(entry, where.from);
    const other = scripts.get(name);
    if (other === undefined) scripts.set(name, entry);
    else for (const each of [other, entry]) ambiguous.add(each);
  }
  rmSync(dir, { recursive: true, force: true });
  mkdirSync(dir, { recursive: true });
  writeFileSync(join(dir, 'root'), where.root);
  for (const [name, entry] of scripts)
    if (!ambiguous.has(entry)) writeFileSync(join(dir, name), entry.script);
  return { env: { SWARM_SERVE: dir }, ambiguous: [...ambiguous] };
}

/** A word of a sh script. */
const quoted = (word: string): string => `'${word.replaceAll("'", "'\\''")}'`;

/** The script for one command; undefined when one of its objects isn't in the store. */
function scriptOf(
  command: CompileCommand,
  units: ReadonlyMap<string, CompileUnit>,
  stored: (unit: CompileUnit) => string | undefined,
  move: (path: string) => string,
): string | undefined {
  const lines = ['set -e'];
  for (const { unit, object } of command.makes) {
    const found = units.get(unit);
    const from = found && stored(found);
    if (found === undefined || from === undefined) return undefined;
    const to = move(object ?? found.object);
    lines.push(`mkdir -p ${quoted(dirname(to))}`, `cp -f ${quoted(from)} ${quoted(to)}`);
  }
  const target = move(command.makes[0]?.object ?? 'object');
  // Somebody reads it later: a rule without prerequisites is a valid one.
  for (const file of command.dependencyFiles)
    lines.push(`echo ${quoted(`${target}:`)} > ${quoted(move(file))}`);
  const { link } = command;
  if (link !== undefined)
    lines.push(`exec ${[link.program, ...link.arguments].map((word) => quoted(move(word))).join(' ')}`);
  return `${lines.join('\n')}\n`;
}

/**
 * What to serve for a recorded plan. `stored` gives the object to hand out for a unit, or undefined where the oracle should
 * compile; `root` is where the build will run.
 */
export function serveEntries(
  plan: BuildPlan,
  stored: (unit: CompileUnit) => string | undefined,
  root: string,
): ServeEntry[] {
  const units = new Map(plan.units.map((unit) => [unit.id, unit]));
  const move = (text: string) => text.replaceAll(plan.root, root);
  return plan.commands.flatMap((command) => {
    const script = scriptOf(command, units, stored, move);
    const { cwd, stdin } = command;
    return script === undefined ? [] : [{ cwd, arguments: command.arguments, stdin, script }];
  });
}
