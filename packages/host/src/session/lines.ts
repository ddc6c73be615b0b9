// Cuts a stream of bytes into lines as they come. A line may be of any length up to a cap of memory's sake, arrive in any number of
// pieces, and hold anything; what is longer than the cap is dropped up to its end and counted.

const NEWLINE = 10;
const MAX_LINE_BYTES = 64 * 2 ** 20;

export class Lines {
  #pieces: Buffer[] = [];
  #bytes = 0;
  #dropping = false;
  /** Lines that were too long. */
  dropped = 0;

  constructor(private readonly maxBytes = MAX_LINE_BYTES) {}

  /** The lines that this chunk completes. */
  push(chunk: Buffer): string[] {
    const lines: string[] = [];
    let from = 0;
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, from)) {
      this.#keep(chunk.subarray(from, end));
      const line = this.#take();
      if (line !== undefined) lines.push(line);
      from = end + 1;
    }
    if (from < chunk.length) this.#keep(chunk.subarray(from));
    return lines;
  }

  /** What came after the last newline: a stream may be cut anywhere. */
  rest(): string[] {
    const line = this.#bytes === 0 && !this.#dropping ? undefined : this.#take();
    return line === undefined ? [] : [line];
  }

  #keep(piece: Buffer): void {
    if (this.#dropping) return;
    this.#pieces.push(piece);
    this.#bytes += piece.length;
    if (this.#bytes <= this.maxBytes) return;
    this.#dropping = true;
    this.dropped += 1;
    this.#pieces = [];
  }

  #take(): string | undefined {
    const line = this.#dropping ? undefined : Buffer.concat(this.#pieces).toString('utf8');
    this.#pieces = [];
    this.#bytes = 0;
    this.#dropping = false;
    return line?.replace(/\r$/, '');
  }
}
