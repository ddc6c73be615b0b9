// `swarm.reduce/1`: what a reduction prints with --json, and what the human output is made of. The JSON Schema is
// docs/schemas/swarm.reduce.1.json.

export interface TextSize {
  readonly lines: number;
  readonly bytes: number;
}

export interface ReduceDocument {
  readonly schema: 'swarm.reduce/1';
  readonly culprit: { readonly id: string; readonly members: readonly string[] };
  /** The task that it was attached to, where there is one. */
  readonly task?: string;
  /** The reproducer, absolute. */
  readonly file: string;
  /** Names of the files beside the log that the program reads: `input` from standard input, the others as arguments name them. */
  readonly reads: readonly string[];
  /** `standalone`: the file is the whole program; `in-program`: it stands for the culprit's unit among stored objects. */
  readonly mode: 'standalone' | 'in-program';
  readonly engine: 'own' | 'cvise';
  readonly failure: { readonly kind: string; readonly detail: string };
  /** The engine came to its end; false where the time was up first. */
  readonly complete: boolean;
  /** The oracle's program was asked to be clean under sanitizers. */
  readonly sanitized: boolean;
  readonly before: TextSize;
  readonly after: TextSize;
  readonly tests: number;
  readonly seconds: number;
  /** Shell commands that show the difference by hand; null where the link can't be told as one. */
  readonly commands: { readonly oracle: string; readonly target: string } | null;
  readonly notes: readonly string[];
  readonly log: string;
}

export const sizeOf = (text: string): TextSize => ({
  lines: text.split('\n').length - (text.endsWith('\n') ? 1 : 0),
  bytes: text.length,
});
