// What it means to run a program here: the request, and the result as a value.

/** A program to run in its own process group. */
export interface RunRequest {
  /** Program and arguments, run without a shell; for a shell command use `['sh', '-c', command]`. */
  readonly argv: readonly string[];
  readonly cwd: string;
  /**
   * The whole environment of the program; nothing else is passed on, but the runner's cookie where it has one.
   * Left out: the environment that the runner was made in. `_` is never passed: shells own it.
   */
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
  /** How far `stdoutFile` and `stderrFile` may grow before the program is stopped. Default 1 GiB. */
  readonly fileLimitBytes?: number;
  readonly signal?: AbortSignal;
  /**
   * After the end look for every process that the program left behind, also outside of its session, as daemons are: those that a helper
   * adopts, else those that carry the runner's cookie, which takes a few milliseconds. `free`: where it takes none.
   */
  readonly sweep?: boolean | 'free';
  /** The program gets SWARM_LABEL with this, so that `findStrays` tells whose what it left behind is. No control characters. */
  readonly label?: string;
  /** Called when it starts, with what may be done to it while it runs. */
  readonly onStart?: (control: RunControl) => void;
}

export interface RunControl {
  /** End processes of the program whose parent has ended, for a program that waits for their output; how many there were. */
  endOrphans(): Promise<number>;
}

export type Exit =
  | { readonly kind: 'exited'; readonly code: number }
  | { readonly kind: 'signalled'; readonly signal: string }
  /** The time limit ended it: TERM to all of its processes, a grace, KILL. */
  | { readonly kind: 'timed-out' }
  /** The caller's signal ended it, or the runner was closed. */
  | { readonly kind: 'aborted' }
  /** It could not be started at all. */
  | { readonly kind: 'not-started'; readonly reason: string };

export interface RunResult {
  readonly exit: Exit;
  readonly wallMs: number;
  /** Captured output, decoded as UTF-8 with replacement; empty where it went to a file. */
  readonly stdout: string;
  readonly stderr: string;
  /** True when the program left processes behind; they have been killed. */
  readonly leaked: boolean;
  /** Those outside of its session were looked for as well. */
  readonly swept: boolean;
  /** What else a person should know: that the program was stopped since it flooded its output (as SIGXFSZ). */
  readonly note?: string;
}

/** Runs programs, each in its own process group. Nothing outlives `close()`, nor this process. */
export interface ProcessRunner {
  run(request: RunRequest): Promise<RunResult>;
  /** Kill what runs and end the helpers. */
  close(): Promise<void>;
}

export interface View {
  /** The folder that programs see as ... */
  readonly root: string;
  /** ... this copy of it. */
  readonly copy: string;
  /** Folders under `root` (absolute, or relative to it) that stay the original ones. */
  readonly keep: readonly string[];
}

/** How programs are started: by a helper in C, by one in bash, or by Node itself. */
export type HelperKind = 'native' | 'bash' | 'none';

export interface RunnerOptions {
  /** Start programs as they are, whatever stands around the work that makes the runner (`surroundings.ts`). */
  readonly outside?: boolean;
  /**
   * How many programs run at once, by default twice the processors; further ones wait in line, and their time
   * limit starts when they start.
   */
  readonly jobs?: number;
  /** Programs get SWARM_RUN=<cookie>.<number>, so that whatever they leave behind can be told from the rest. */
  readonly cookie?: string;
  /** Run everything with a private copy of a tree in the tree's own place; ask `canUseViews()` first. */
  readonly view?: View;
  /**
   * How long a helper may say nothing once its program has ended: then it hangs, its program has no result
   * (`not-started`), and the next one gets another helper. Default 20 s.
   */
  readonly silenceMs?: number;
  /** The best way to start programs that may be used; where that doesn't work, the next one is. Default: what SWARM_HELPER says, else `native`. */
  readonly helper?: HelperKind;
}
