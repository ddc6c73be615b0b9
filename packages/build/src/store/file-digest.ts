// The digest of a compiler's file. Compilers are large, and every run wants to know whether they are what they were: a file
// that looks the same as when it was read last (place, inode, size, both times to the nanosecond) isn't read again. What was
// found is kept among the user's caches, one small record a path; a cache that can't be read or written is none.

import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Records } from './entries.js';

interface Known {
  readonly look: string;
  readonly digest: string;
}

/** Smaller files are read as quickly as a record. */
const LARGE_BYTES = 2 ** 20;
/** A file that was changed so short a time ago can change again and look the same. */
const SETTLED_MS = 2000;

/** What this process knows, by looks: both sides are often wrappers of one large program. */
const known = new Map<string, string>();

/** SHA-256 of a file's content; `cache` is the user's folder for what can be made again. */
export function fileDigest(file: string, cache: string | undefined): string {
  const seen = lookAt(file);
  const digest = known.get(seen.look) ?? keptDigest(file, cache, Date.now(), seen);
  known.set(seen.look, digest);
  return digest;
}

/** The same by the record alone. */
export function keptDigest(
  file: string,
  cache: string | undefined,
  nowMs: number,
  { look, bytes, changedMs } = lookAt(file),
): string {
  if (cache === undefined || bytes < LARGE_BYTES || changedMs > nowMs - SETTLED_MS)
    return contentDigest(file);
  const records = new Records<Known>(join(cache, 'digests'));
  const key = createHash('sha256').update(file).digest('hex');
  const kept = records.read(key);
  if (kept?.look === look) return kept.digest;
  const digest = contentDigest(file);
  try {
    records.publish(key, { look, digest });
  } catch {
    // It is read again the next time.
  }
  return digest;
}

/** How a file looks from outside. Nobody can set the time of its last change back. */
function lookAt(file: string): { look: string; bytes: number; changedMs: number } {
  const { dev, ino, size, mtimeNs, ctimeNs } = statSync(file, { bigint: true });
  const look = [file, dev, ino, size, mtimeNs, ctimeNs].join(' ');
  return { look, bytes: Number(size), changedMs: Number(ctimeNs / 1_000_000n) };
}

const contentDigest = (file: string): string => createHash('sha256').update(readFileSync(file)).digest('hex');
