// The one error class, and the exit codes that are part of the command line's contract.
// An outcome of a probe is a value, never an exception; what is thrown is something that a person must act on.

/** Exit codes: the one table, mirrored in docs/exit-codes.md. */
export const EXIT = {
  done: 0,
  refused: 1,
  usage: 2,
  environment: 3,
  nothing: 4,
  inconclusive: 5,
  partial: 6,
  interrupted: 130,
  terminated: 143,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

export interface SwarmErrorDetails {
  /** Stable, kebab-case; scripts may match on it. */
  readonly code: string;
  /** What the process exits with. */
  readonly exit: ExitCode;
  /** What to do next, one sentence. */
  readonly hint?: string;
  readonly cause?: unknown;
}

/** A problem that stops a command: one line for a person, a stable code for a program. */
export class SwarmError extends Error {
  readonly code: string;
  readonly exit: ExitCode;
  readonly hint: string | undefined;

  constructor(message: string, details: SwarmErrorDetails) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'SwarmError';
    this.code = details.code;
    this.exit = details.exit;
    this.hint = details.hint;
  }
}
