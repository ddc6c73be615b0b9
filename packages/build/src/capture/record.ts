// A record of one invocation, as the shim published it (the format is described in shim/record.c).

import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Tool } from './tools.js';

/** `inode:size:mtime-ns`, or `-` where there was no file. */
export type Identity = string;

export const ABSENT: Identity = '-';

export interface RecordedFile {
  readonly path: string;
  readonly before: Identity;
  readonly after: Identity;
}

interface KeptCopy {
  readonly role: 'object' | 'source' | 'input';
  readonly path: string;
  /** The copy, absolute. */
  readonly kept: string;
}

export interface BuildRecord {
  /** The number of the build run that it comes from. */
  readonly run: number;
  readonly file: string;
  readonly tool: string;
  readonly family: Tool['family'];
  readonly program: string;
  readonly cwd: string;
  /** Monotonic clock; comparable within one run. */
  readonly startNs: bigint;
  readonly endNs: bigint;
  /** Exit code, or minus the signal. */
  readonly status: number;
  /** A file with what was read from standard input, or undefined. */
  readonly stdin: string | undefined;
  /** Without the program's name, response files expanded. */
  readonly argv: readonly string[];
  /** Absolute paths. */
  readonly files: readonly RecordedFile[];
  readonly kept: readonly KeptCopy[];
  readonly variables: readonly string[];
}

/** Parse one record; undefined for a file that isn't one. */
function parseRecord(text: string, file: string, folder: string, run: number): BuildRecord | undefined {
  const fields = text.split('\0');
  let at = 0;
  const next = () => fields[at++] ?? '';
  const several = <T>(make: () => T): T[] => Array.from({ length: Number(next()) }, make);
  if (next() !== 'swarm.record/1') return undefined;
  const [tool, family, program, cwd] = [next(), next() as Tool['family'], next(), next()];
  const [startNs, endNs, status, stdin] = [BigInt(next()), BigInt(next()), Number(next()), next()];
  return {
    run,
    file,
    tool,
    family,
    program,
    cwd,
    startNs,
    endNs,
    status,
    stdin: stdin === '' ? undefined : join(folder, stdin),
    argv: several(next),
    files: several(() => ({ path: resolve(cwd, next()), before: next(), after: next() })),
    kept: several(() => ({
      role: next() as KeptCopy['role'],
      path: resolve(cwd, next()),
      kept: join(folder, next()),
    })),
    variables: several(next),
  };
}

/** All records of one run, in the order in which they ended: what one needs has ended before it. */
export function readRun(folder: string, run: number): BuildRecord[] {
  const names = readdirSync(folder).filter((name) => name.endsWith('.rec'));
  return names
    .flatMap((name) => {
      const file = join(folder, name);
      return parseRecord(readFileSync(file, 'utf8'), file, folder, run) ?? [];
    })
    .toSorted((a, b) => (a.endNs < b.endNs ? -1 : a.endNs > b.endNs ? 1 : 0));
}

/** Files that the record made or changed. */
export const changedFiles = (record: BuildRecord): readonly RecordedFile[] =>
  record.files.filter((file) => file.after !== ABSENT && file.after !== file.before);
