// A record of one invocation, as the shim published it (the format is described in shim/record.c).

import { appendFileSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
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
  /** The number of the build run that it comes from, and the record's own in that. */
  readonly run: number;
  readonly number: number;
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

/** A record as it lies in the file, in its two parts. */
interface Raw {
  readonly fields: string;
  readonly content: Buffer;
}

const RECORDS = 'records';
/** Numbers of records that count no more, a line each. */
const REPLACED = 'replaced';
const DIGITS = 10;
const HEAD_BYTES = 2 * DIGITS + 1;

/** The whole records of a file; one that a kill cut short is the last. */
function* rawRecords(bytes: Buffer): Generator<Raw> {
  for (let at = 0; at + HEAD_BYTES <= bytes.length; ) {
    const [fields, content] = [at, at + DIGITS].map((from) =>
      Number(bytes.toString('latin1', from, from + DIGITS)),
    );
    const start = at + HEAD_BYTES;
    at = start + fields! + content!;
    if (!(at <= bytes.length)) return;
    yield {
      fields: bytes.toString('utf8', start, start + fields!),
      content: bytes.subarray(start + fields!, at),
    };
  }
}

function parseRecord({ fields, content }: Raw, folder: string, run: number, number: number): BuildRecord {
  const texts = fields.split('\0');
  let at = 0;
  const next = () => texts[at++] ?? '';
  const several = <T>(make: () => T): T[] => Array.from({ length: Number(next()) }, make);
  next();
  const [tool, family, program, cwd] = [next(), next() as Tool['family'], next(), next()];
  const [startNs, endNs, status, stdin] = [BigInt(next()), BigInt(next()), Number(next()), next()];
  const record = {
    run,
    number,
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
  const inlined = several(() => ({ name: next(), size: Number(next()) }));
  let from = 0;
  for (const { name, size } of inlined) {
    const file = join(folder, name);
    if (!existsSync(file)) writeFileSync(file, content.subarray(from, from + size));
    from += size;
  }
  return record;
}

/** Records of one run that count, in the order in which they ended: what one needs has ended before it. */
export function readRun(folder: string, run: number): BuildRecord[] {
  const file = join(folder, RECORDS);
  if (!existsSync(file)) return [];
  const replaced = replacedIn(folder);
  return [...rawRecords(readFileSync(file))]
    .flatMap((raw, number) => (replaced.has(number) ? [] : [parseRecord(raw, folder, run, number)]))
    .toSorted((a, b) => (a.endNs < b.endNs ? -1 : a.endNs > b.endNs ? 1 : 0));
}

/** Takes records of one run out for good, with what was kept for them. */
export function dropRecords(folder: string, records: readonly BuildRecord[]): void {
  if (records.length === 0) return;
  appendFileSync(join(folder, REPLACED), records.map(({ number }) => `${number}\n`).join(''));
  for (const { kept, stdin } of records) {
    for (const copy of kept) rmSync(copy.kept, { force: true });
    if (stdin !== undefined) rmSync(stdin, { force: true });
  }
}

function replacedIn(folder: string): ReadonlySet<number> {
  const file = join(folder, REPLACED);
  const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n').slice(0, -1) : [];
  return new Set(lines.map(Number));
}

/** Files that the record made or changed. */
export const changedFiles = (record: BuildRecord): readonly RecordedFile[] =>
  record.files.filter((file) => file.after !== ABSENT && file.after !== file.before);
