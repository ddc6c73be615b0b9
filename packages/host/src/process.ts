// What it means to run a program here: the request, and the result as a value.

/** A program to run in its own process group. */
export interface RunRequest {
  /** Program and arguments, run without a shell; for a shell command use `['sh', '-c', command]`. */
  readonly argv: readonly string[];
  readonly cwd: string;
  /** The whole environment of the program; nothing else is passed on. Left out: the pool's own environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** A file for standard input; left out: /dev/null. */
  readonly stdin?: string;
  /** Wall-clock limit on the monotonic clock. Left out: none. */
  readonly timeLimitMs?: number;
  /** Where standard output and error go. Left out: captured into the result, capped. */
  readonly stdoutFile?: string;
  readonly stderrFile?: string;
  /** How much of each captured stream is kept: half from its head, half from its tail. Default 64 KiB. */
  readonly outputCapBytes?: number;
  readonly signal?: AbortSignal;
}

export type Exit =
  | { readonly kind: 'exited'; readonly code: number }
  | { readonly kind: 'signalled'; readonly signal: string }
  /** The time limit ended it: TERM to the group, a grace, KILL. */
  | { readonly kind: 'timed-out' }
  /** The caller's signal ended it. */
  | { readonly kind: 'aborted' }
  /** It could not be started at all. */
  | { readonly kind: 'not-started'; readonly reason: string };

export interface RunResult {
  readonly exit: Exit;
  readonly wallMs: number;
  /** Captured output, decoded as UTF-8 with replacement; empty where it went to a file. */
  readonly stdout: string;
  readonly stderr: string;
  /** True when the program left processes in its group; they have been killed. */
  readonly leaked: boolean;
}

/** Runs programs, each in its own process group. Nothing outlives `close()`, nor this process. */
export interface ProcessRunner {
  run(request: RunRequest): Promise<RunResult>;
  /** Kill what runs and end the helpers. */
  close(): Promise<void>;
}
