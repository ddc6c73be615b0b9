// Objects of candidates in the store, where trees are linked from, for no longer than they are used: there are thousands, and
// nobody asks for one again.

import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import type { Blobs } from '../store/blobs.js';

/** How many use a blob that was not in the store before. */
const users = new Map<string, number>();

/** Call with the hash of a blob that is there while `work` goes on. */
export async function withBlob<T>(
  blobs: Blobs,
  bytes: Buffer,
  work: (hash: string) => Promise<T>,
): Promise<T> {
  const known = createHash('sha256').update(bytes).digest('hex');
  const path = blobs.path(known);
  const used = users.get(path) ?? 0;
  const isPassing = used > 0 || blobs.take(known) === undefined;
  const hash = blobs.keepBytes(bytes);
  if (!isPassing) return work(hash);
  users.set(path, used + 1);
  try {
    return await work(hash);
  } finally {
    const left = users.get(path)! - 1;
    if (left > 0) users.set(path, left);
    else {
      users.delete(path);
      rmSync(path, { force: true });
    }
  }
}
