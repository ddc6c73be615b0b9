// The output pipes of one command. A command that was ended may leave children that hold them, like an ssh that still waits for
// its connection; it counts as over only when they are closed, so after a grace they are let go.

import type { Readable } from 'node:stream';

const GRACE_MS = 500;

export class Pipes {
  #letGo: NodeJS.Timeout | undefined;
  #streams: readonly NodeJS.ReadableStream[] = [];

  /** `silenceMs`: after how long without output the command is ended. */
  constructor(
    private readonly silenceMs: number,
    private readonly signal: AbortSignal | undefined,
  ) {}

  readonly watch = (
    _command: string,
    ...streams: readonly [NodeJS.ReadableStream, NodeJS.ReadableStream, ...unknown[]]
  ) => {
    this.#streams = streams.slice(0, 2) as NodeJS.ReadableStream[];
    this.#letGo = setTimeout(this.#close, this.silenceMs + GRACE_MS).unref();
    for (const stream of this.#streams) stream.on('data', () => this.#letGo?.refresh());
    this.signal?.addEventListener('abort', this.#closeSoon, { once: true });
  };

  release(): void {
    clearTimeout(this.#letGo);
    this.signal?.removeEventListener('abort', this.#closeSoon);
  }

  readonly #closeSoon = () => {
    clearTimeout(this.#letGo);
    this.#letGo = setTimeout(this.#close, GRACE_MS).unref();
  };

  readonly #close = () => {
    for (const stream of this.#streams) (stream as Readable).destroy();
  };
}
