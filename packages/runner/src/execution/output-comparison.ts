// A program's output against what it should be, byte for byte, in blocks: neither is ever in memory as a whole.

import { closeSync, openSync, readSync } from 'node:fs';
import { basename } from 'node:path';
import { oneLine } from '@swarm/core';
import { openSeen } from '@swarm/host';

export interface Compared {
  /** The first line that differs, in words; undefined when none does, or nobody asked. */
  readonly difference: string | undefined;
  /** The beginning of the output. */
  readonly head: string;
}

const BLOCK_BYTES = 64 * 1024;
const LINE_BYTES = 200;

/** Compare a file with what it should hold, if `asked`. */
export function outputDifference(expectedFile: string, actualFile: string, asked: boolean): Compared {
  const actual = new Blocks(openSync(actualFile, 'r'));
  const head = actual.block.toString('utf8');
  if (!asked) {
    actual.close();
    return { difference: undefined, head };
  }
  const expected = openExpected(expectedFile);
  if (expected === undefined) {
    actual.close();
    return { difference: `${basename(expectedFile)}, what it should print, can't be read`, head };
  }
  try {
    let line = 1;
    for (;;) {
      const at = firstDifference(expected.block, actual.block);
      const same = at ?? expected.block.length;
      const before = expected.block.subarray(0, same);
      for (const byte of before) if (byte === NEWLINE) line += 1;
      if (at !== undefined) return { difference: inWords(line, at, expected.block, actual.block), head };
      if (expected.block.length === 0) return { difference: undefined, head };
      expected.next();
      actual.next();
    }
  } finally {
    expected.close();
    actual.close();
  }
}

function openExpected(file: string): Blocks | undefined {
  try {
    return new Blocks(openSeen(file));
  } catch {
    return undefined;
  }
}

const NEWLINE = 0x0a;

function firstDifference(a: Buffer, b: Buffer): number | undefined {
  if (a.equals(b)) return undefined;
  const shorter = Math.min(a.length, b.length);
  for (let i = 0; i < shorter; i++) if (a[i] !== b[i]) return i;
  return shorter;
}

function inWords(line: number, at: number, expected: Buffer, actual: Buffer): string {
  const start = expected.lastIndexOf(NEWLINE, at - 1) + 1;
  const from = at === 0 ? 0 : start;
  return `line ${line}: expected ${quotedLine(expected, from)}, got ${quotedLine(actual, from)}`;
}

function quotedLine(block: Buffer, from: number): string {
  if (from >= block.length) return 'the end';
  const end = block.indexOf(NEWLINE, from);
  const stop = Math.min(end < 0 ? block.length : end, from + LINE_BYTES);
  return JSON.stringify(oneLine(block.subarray(from, stop).toString('utf8'), 80));
}

/** A file, a block at a time; empty from its end on. */
class Blocks {
  #position = 0;
  block = Buffer.alloc(0);

  constructor(private readonly fd: number) {
    this.next();
  }

  next(): void {
    const buffer = Buffer.allocUnsafe(BLOCK_BYTES);
    let filled = 0;
    while (filled < BLOCK_BYTES) {
      const got = readSync(this.fd, buffer, filled, BLOCK_BYTES - filled, this.#position + filled);
      if (got === 0) break;
      filled += got;
    }
    this.#position += filled;
    this.block = buffer.subarray(0, filled);
  }

  close(): void {
    closeSync(this.fd);
  }
}
