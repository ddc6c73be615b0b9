// Captured output: programs write to files of ours, so that a grandchild that keeps a stream open holds nobody up, and
// memory holds never more than the cap.

import { closeSync, openSync, readSync, statSync } from 'node:fs';

export const DEFAULT_CAP_BYTES = 64 * 1024;

const LEAST_FLOOD_BYTES = 64 * 1024 * 1024;
const FLOOD_CAPS = 16;

/** A captured stream may grow to this size before its program is stopped. */
const floodBytes = (capBytes: number): number => Math.max(LEAST_FLOOD_BYTES, FLOOD_CAPS * capBytes);

/** A stream that goes to a file of the caller's may grow to this size: nobody reads more, and disks are finite. */
const FILE_FLOOD_BYTES = 1024 * 1024 * 1024;

/** Where a stream of a program goes. */
export interface Output {
  readonly file: string;
  /** It is a capture, not a file that the caller asked for. */
  readonly ours: boolean;
  /** It may grow to this size before its program is stopped. */
  readonly limitBytes: number;
}

/** A stream goes where the caller wants, or else into a capture. */
export const outputTo = (
  wanted: string | undefined,
  capture: string,
  capBytes: number,
  fileLimitBytes = FILE_FLOOD_BYTES,
): Output =>
  wanted === undefined
    ? { file: capture, ours: true, limitBytes: floodBytes(capBytes) }
    : { file: wanted, ours: false, limitBytes: fileLimitBytes };

/** Read a capture, head and tail where it is larger than the cap. '' when there is none. */
export function readCapture(file: string, capBytes: number): string {
  const size = captureBytes(file);
  if (size === 0) return '';
  const fd = openSync(file, 'r');
  try {
    return capped(size, capBytes, (from, bytes) => readAt(fd, from, bytes));
  } finally {
    closeSync(fd);
  }
}

/** The same for what is in memory already. */
export const cappedText = (bytes: Buffer, capBytes: number): string =>
  capped(bytes.length, capBytes, (from, length) => bytes.subarray(from, from + length));

function capped(size: number, capBytes: number, read: (from: number, bytes: number) => Buffer): string {
  if (size <= capBytes) return read(0, size).toString('utf8');
  const head = Math.ceil(capBytes / 2);
  const tail = capBytes - head;
  const between = `\n[... ${size - capBytes} bytes left out ...]\n`;
  return read(0, head).toString('utf8') + between + read(size - tail, tail).toString('utf8');
}

/** How large a capture is by now. */
export const captureBytes = (file: string): number => statSync(file, { throwIfNoEntry: false })?.size ?? 0;

/** The beginning of a file, or '' when it can't be read. */
export function headOf(file: string, bytes: number): string {
  try {
    const fd = openSync(file, 'r');
    try {
      return readAt(fd, 0, bytes).toString('utf8');
    } finally {
      closeSync(fd);
    }
  } catch {
    return '';
  }
}

function readAt(fd: number, position: number, bytes: number): Buffer {
  const buffer = Buffer.allocUnsafe(bytes);
  let filled = 0;
  while (filled < bytes) {
    const got = readSync(fd, buffer, filled, bytes - filled, position + filled);
    if (got === 0) break;
    filled += got;
  }
  return buffer.subarray(0, filled);
}
