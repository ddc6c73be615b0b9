// Append-only journals: a header line that names the schema, then one JSON value a line.
//
// Every record is a single write, so a killed process leaves at most one torn line, at the end. Opening a journal
// reads it up to the first line that isn't whole, and cuts the file there. A record that doesn't fit on the disk is
// taken back.

import {
  closeSync,
  fstatSync,
  fsync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readSync,
  writeSync,
} from 'node:fs';
import { EXIT, SwarmError } from '@swarm/core';
import { diskProblem } from './disk-problem.js';

export interface JournalOptions {
  /** What kind of journal and which version, like `swarm.journal/1`. */
  readonly schema: string;
  /** Further fields of the header line of a new journal. */
  readonly header?: Readonly<Record<string, unknown>>;
  /** Let records reach the disk itself at least this often. Left out: when the system likes. */
  readonly syncEveryMs?: number;
}

export interface Journal {
  readonly path: string;
  /** The header line, as it stands in the file. */
  readonly header: Readonly<Record<string, unknown>>;
  /** What was in the journal when it was opened. */
  readonly records: readonly unknown[];
  /** Bytes that were cut off since they were no whole record. */
  readonly cutBytes: number;
  /** Throws `disk-full` (exit 3) with the journal as it was before. */
  append(record: unknown): void;
  close(): void;
}

/** Open a journal, or begin one. Throws `journal-version` (exit 3), `disk-full` and `read-only`. */
export function openJournal(path: string, options: JournalOptions): Journal {
  let fd: number;
  try {
    fd = openSync(path, 'a+');
  } catch (error) {
    throw diskProblem(error, 'journal', path);
  }
  try {
    return new OpenJournal(path, fd, options);
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}

class OpenJournal implements Journal {
  readonly header: Readonly<Record<string, unknown>>;
  readonly records: readonly unknown[];
  readonly cutBytes: number;
  #size: number;
  #fd: number | undefined;
  #syncing: NodeJS.Timeout | undefined;

  constructor(
    readonly path: string,
    fd: number,
    private readonly options: JournalOptions,
  ) {
    this.#fd = fd;
    const begin = { schema: options.schema, ...options.header };
    if (!mayBegin(fd, `{"schema":${JSON.stringify(options.schema)}`)) throw otherKind(path, options.schema);
    const whole = readWhole(fd);
    const [first, ...records] = whole.values;
    this.#size = whole.bytes;
    this.cutBytes = fstatSync(fd).size - whole.bytes;
    if (this.cutBytes > 0) ftruncateSync(fd, whole.bytes);
    this.header = (first as Record<string, unknown> | undefined) ?? begin;
    this.records = records;
    if (first === undefined) this.append(begin);
  }

  append(record: unknown): void {
    if (this.#fd === undefined) throw new Error(`journal ${this.path} is closed`);
    const line = Buffer.from(`${JSON.stringify(record)}\n`);
    try {
      const written = writeSync(this.#fd, line);
      if (written < line.length) writeSync(this.#fd, line, written); // Says why the rest doesn't fit.
    } catch (error) {
      ftruncateSync(this.#fd, this.#size);
      throw diskProblem(error, 'journal', this.path);
    }
    this.#size += line.length;
    this.#syncSoon();
  }

  close(): void {
    if (this.#fd === undefined) return;
    clearTimeout(this.#syncing);
    const fd = this.#fd;
    this.#fd = undefined;
    try {
      fsyncSync(fd);
    } catch (error) {
      throw diskProblem(error, 'journal', this.path);
    } finally {
      closeSync(fd);
    }
  }

  #syncSoon(): void {
    const { syncEveryMs } = this.options;
    if (syncEveryMs === undefined || this.#syncing !== undefined) return;
    this.#syncing = setTimeout(() => {
      this.#syncing = undefined;
      if (this.#fd !== undefined) fsync(this.#fd, () => {}); // A failing disk shows at the next append or close.
    }, syncEveryMs).unref();
  }
}

/** Whether a file begins like ours, as far as it goes: a file of another kind must not be cut. */
function mayBegin(fd: number, beginning: string): boolean {
  const expected = Buffer.from(beginning);
  const found = Buffer.alloc(expected.length);
  const got = readSync(fd, found, 0, found.length, 0);
  return found.subarray(0, got).equals(expected.subarray(0, got));
}

const otherKind = (path: string, schema: string): SwarmError =>
  new SwarmError(`journal ${path}: it is no ${schema} journal`, {
    code: 'journal-version',
    exit: EXIT.environment,
    hint: 'another version wrote it: move it away, or begin anew without resuming',
  });

const BLOCK_BYTES = 1 << 20;
const NEWLINE = 0x0a;

/** The values of all whole lines up to the first one that isn't, and the bytes that they take. */
function readWhole(fd: number): { values: unknown[]; bytes: number } {
  const values: unknown[] = [];
  let bytes = 0;
  let pending = Buffer.alloc(0);
  for (;;) {
    const block = Buffer.allocUnsafe(BLOCK_BYTES);
    const got = readSync(fd, block, 0, BLOCK_BYTES, bytes + pending.length);
    if (got === 0) return { values, bytes };
    pending = Buffer.concat([pending, block.subarray(0, got)]);
    let start = 0;
    for (let end = pending.indexOf(NEWLINE); end >= 0; end = pending.indexOf(NEWLINE, start)) {
      const value = parsed(pending.subarray(start, end));
      if (value === undefined) return { values, bytes };
      values.push(value);
      bytes += end + 1 - start;
      start = end + 1;
    }
    pending = pending.subarray(start);
  }
}

function parsed(line: Buffer): unknown {
  try {
    return JSON.parse(line.toString('utf8'));
  } catch {
    return undefined;
  }
}
