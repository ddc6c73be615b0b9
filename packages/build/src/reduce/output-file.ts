// What a program printed, read from a file: its hash, and its beginning for people.

import { createHash } from 'node:crypto';
import { closeSync, openSync, readSync } from 'node:fs';
import type { Observation } from './observation.js';

const HEAD_BYTES = 16_384;

export function outputOf(file: string): Pick<Observation, 'output' | 'head'> {
  const hash = createHash('sha256');
  const head = Buffer.alloc(HEAD_BYTES);
  const chunk = Buffer.alloc(1 << 16);
  let size = 0;
  const input = openSync(file, 'r');
  try {
    for (let read = readSync(input, chunk); read > 0; read = readSync(input, chunk)) {
      hash.update(chunk.subarray(0, read));
      if (size < HEAD_BYTES) chunk.copy(head, size, 0, Math.min(read, HEAD_BYTES - size));
      size += read;
    }
  } finally {
    closeSync(input);
  }
  return { output: hash.digest('hex'), head: head.toString('utf8', 0, Math.min(size, HEAD_BYTES)) };
}
