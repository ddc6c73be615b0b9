// What is known about a compilation, by its key: which blob came out, or why none did. Small text files, published
// whole; an entry that doesn't carry its own sum is taken for absent.

import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { publishFile } from './blobs.js';
import type { Rejection } from './rejection.js';

/** The lasting result of one compilation. */
export type Entry =
  | { readonly kind: 'object'; readonly hash: string; readonly size: number }
  | ({ readonly kind: 'rejected' } & Rejection);

/** Values by key in one folder, each with a sum over its text. */
export class Records<T> {
  constructor(private readonly folder: string) {}

  read(key: string): T | undefined {
    let text: string;
    try {
      text = readFileSync(this.file(key), 'utf8');
    } catch {
      return undefined;
    }
    const end = text.indexOf('\n');
    const body = text.slice(end + 1);
    return end > 0 && text.slice(0, end) === sum(body) ? (JSON.parse(body) as T) : undefined;
  }

  publish(key: string, value: T): void {
    const body = JSON.stringify(value);
    publishFile(this.file(key), (temporary) => writeFileSync(temporary, `${sum(body)}\n${body}`));
  }

  private file(key: string): string {
    return join(this.folder, key.slice(0, 2), key.slice(2));
  }
}

const sum = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 32);
