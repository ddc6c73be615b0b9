// Objects by the hash of their content. A blob appears under its name complete and read-only (temp file, rename), so
// any number of processes may put and take at once. Who takes one has its size and hash checked first; a damaged blob is
// removed and reported as absent, so that it is made again.

import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { EXIT, SwarmError } from '@swarm/core';

let serial = 0;

/** A name beside `file` that no other process or call uses. */
function temporaryBeside(file: string): string {
  serial += 1;
  return `${file}.${process.pid}.${serial}.tmp`;
}

/** Write a whole file under a name at once: readers see nothing or all of it. */
export function publishFile(file: string, write: (temporary: string) => void): void {
  mkdirSync(dirname(file), { recursive: true });
  const temporary = temporaryBeside(file);
  try {
    write(temporary);
    renameSync(temporary, file);
  } catch (cause) {
    rmSync(temporary, { force: true });
    throw asDiskFull(cause, dirname(file));
  }
}

/** A full disk as the error that people get; anything else unchanged. */
export function asDiskFull(cause: unknown, where: string): unknown {
  const code = (cause as NodeJS.ErrnoException).code;
  return code === 'ENOSPC' || code === 'EDQUOT' ? diskFull(where, cause) : cause;
}

export const diskFull = (where: string, cause?: unknown): SwarmError =>
  new SwarmError(`disk full: no space left for ${where}`, {
    code: 'disk-full',
    exit: EXIT.environment,
    hint: 'free some space (`.swarm/store` may be deleted at any time) and run again with --resume',
    cause,
  });

const ALMOST_FULL_BYTES = 1 << 20;

/** Is the disk under a folder so full that whatever just failed may have failed of that? */
export function isDiskFull(folder: string): boolean {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize < ALMOST_FULL_BYTES;
}

export class Blobs {
  constructor(private readonly folder: string) {}

  path(hash: string): string {
    return join(this.folder, hash.slice(0, 2), hash.slice(2));
  }

  /** Keep bytes; their hash. */
  keepBytes(content: Buffer): string {
    const hash = createHash('sha256').update(content).digest('hex');
    if (this.take(hash) !== undefined) return hash;
    publishFile(this.path(hash), (temporary) => {
      writeFileSync(temporary, content, { mode: 0o444 });
    });
    return hash;
  }

  /** The content of a blob if it is there and whole. */
  take(hash: string): Buffer | undefined {
    const file = this.path(hash);
    let content: Buffer;
    try {
      content = readFileSync(file);
    } catch {
      return undefined;
    }
    if (createHash('sha256').update(content).digest('hex') !== hash) {
      rmSync(file, { force: true });
      return undefined;
    }
    return content;
  }
}
