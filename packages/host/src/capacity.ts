// What the machine has left, and what a tree takes.

import { lstat, readdir, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import type { Capacity } from '@swarm/core';

/** Memory that can be had without swapping (within this process's own limit, where it has one), and room on a path's disk. */
export async function readCapacity(path: string): Promise<Capacity> {
  const disk = await statfs(path);
  return { memoryBytes: process.availableMemory(), diskBytes: disk.bavail * disk.bsize };
}

/**
 * Bytes that a tree takes on the disk; a file with several names counts once, and what vanishes meanwhile counts
 * nothing. Symbolic links are not followed.
 */
export async function treeBytes(path: string, signal?: AbortSignal): Promise<number> {
  const seen = new Set<string>();
  let bytes = 0;
  const folders = [path];
  for (let folder = folders.pop(); folder !== undefined && !signal?.aborted; folder = folders.pop()) {
    const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
    for (const entry of entries) {
      const file = join(folder, entry.name);
      if (entry.isDirectory()) folders.push(file);
      const stat = await lstat(file).catch(() => undefined);
      if (stat === undefined || (stat.nlink > 1 && !entry.isDirectory() && !isNew(seen, stat))) continue;
      bytes += stat.blocks * 512;
    }
  }
  return bytes;
}

function isNew(seen: Set<string>, { dev, ino }: { dev: number; ino: number }): boolean {
  const size = seen.size;
  return seen.add(`${dev}:${ino}`).size > size;
}
