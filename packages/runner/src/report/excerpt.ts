// The head and the tail of what a test printed, as much as a report may hold.

import { type FileHandle, open } from 'node:fs/promises';

/** What a report holds of one test's output. */
export const EXCERPT_BYTES = 64 * 1024;

/**
 * The output in a file: all of it, or its head and its tail with a line between them that says how much is missing. A
 * file that can't be read gives a line that says so: a report is not the place to fail over it.
 */
export async function excerptOf(file: string, limitBytes = EXCERPT_BYTES): Promise<string> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(file, 'r');
    const { size } = await handle.stat();
    if (size <= limitBytes) return await textAt(handle, 0, size);
    const half = Math.floor(limitBytes / 2);
    const head = await textAt(handle, 0, half);
    const tail = await textAt(handle, size - half, half);
    return `${head}\n[... ${size - 2 * half} bytes left out ...]\n${tail}`;
  } catch (error) {
    return `[its output can't be read: ${(error as NodeJS.ErrnoException).code ?? String(error)}]`;
  } finally {
    await handle?.close();
  }
}

async function textAt(file: FileHandle, position: number, bytes: number): Promise<string> {
  const buffer = Buffer.alloc(bytes);
  let filled = 0;
  while (filled < bytes) {
    const { bytesRead } = await file.read(buffer, filled, bytes - filled, position + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return buffer.subarray(0, filled).toString('utf8');
}
