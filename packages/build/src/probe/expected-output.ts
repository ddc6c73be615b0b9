// Standard output that must equal a file: watched while it is written, since a program in a loop fills a disk in seconds, and
// compared byte for byte, since it may be anything.

import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { firstDifference } from './verdicts.js';

const WATCH_MS = 50;
/** More than this beyond what is expected is a flood. */
const FLOOD_BYTES = 16 << 20;

export class ExpectedOutput {
  private readonly flooded = new AbortController();
  private readonly watch: NodeJS.Timeout;

  constructor(
    private readonly expected: Buffer,
    readonly file: string,
  ) {
    const most = expected.length + FLOOD_BYTES;
    this.watch = setInterval(() => {
      const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
      if (size > most) this.flooded.abort();
    }, WATCH_MS);
  }

  /** Aborts when there is far more output than expected. */
  get flood(): AbortSignal {
    return this.flooded.signal;
  }

  /** Stop watching; the first difference, if there is one. */
  settle(): string | undefined {
    clearInterval(this.watch);
    return firstDifference(this.expected, head(this.file, this.expected.length + 1024));
  }
}

function head(file: string, bytes: number): Buffer {
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  const buffer = Buffer.alloc(Math.min(bytes, size));
  if (buffer.length === 0) return buffer;
  const descriptor = openSync(file, 'r');
  try {
    return buffer.subarray(0, readSync(descriptor, buffer));
  } finally {
    closeSync(descriptor);
  }
}
