// Reads a file line by line while another process writes it. Never holds more than a line, and of a line never more than a cap.

import { closeSync, readSync } from 'node:fs';
import { StringDecoder } from 'node:string_decoder';
import { openSeen } from './seen-file.js';

const CHUNK_BYTES = 64 * 1024;
/** The rest of a longer line is dropped. */
const LINE_LENGTH = 1024 * 1024;

export class GrowingFile {
  #fd: number | undefined;
  #position = 0;
  #rest = '';
  readonly #decoder = new StringDecoder('utf8');
  readonly #chunk = Buffer.allocUnsafe(CHUNK_BYTES);

  constructor(
    private readonly path: string,
    private readonly line: (text: string) => void,
  ) {}

  /** Tell of the lines that have been completed since the last time. A file that isn't there yet has none. */
  readOn(): void {
    this.#fd ??= openIfThere(this.path);
    if (this.#fd === undefined) return;
    for (;;) {
      const bytes = readSync(this.#fd, this.#chunk, 0, CHUNK_BYTES, this.#position);
      if (bytes === 0) return;
      this.#position += bytes;
      this.#take(this.#decoder.write(this.#chunk.subarray(0, bytes)));
    }
  }

  /** The writer has ended: what is left is a line, too. */
  close(): void {
    this.readOn();
    if (this.#rest !== '') this.line(this.#rest);
    this.#rest = '';
    if (this.#fd !== undefined) closeSync(this.#fd);
    this.#fd = undefined;
  }

  #take(text: string): void {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop()!.slice(0, LINE_LENGTH);
    for (const line of lines) this.line(line.endsWith('\r') ? line.slice(0, -1) : line);
  }
}

function openIfThere(path: string): number | undefined {
  try {
    return openSeen(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
