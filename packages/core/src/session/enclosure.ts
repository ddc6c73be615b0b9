// What stands around a program while it runs in a workspace: the sandbox that it is started in, and the limits that are kept meanwhile.

/** A program as it is started: its words, and its whole environment. */
export interface Started {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** What all processes of a program take at this moment. */
export interface ProcessUsage {
  readonly processes: number;
  readonly memoryBytes: number;
}

export interface Enclosure {
  /** How a program that is to run inside is started from outside. */
  enter(program: Started): Started;
  /** Limits of each single process, as `prlimit` words: `--data=1000000`. */
  readonly processLimits: readonly string[];
  /** What is started only holds others, which end with it: these are asked to end, and it is left to follow. */
  readonly holdsOthers: boolean;
  /** A command to run when this process is killed: for what is no child of ours, as a container. */
  readonly lastWish: readonly string[];
  /** Asked a few times a second; an answer, in words, ends the program. Left out: nothing limits it, and nothing is measured. */
  exceeded?(usage: ProcessUsage): string | undefined;
}

/** Nothing but the program itself. */
export const OPEN: Enclosure = {
  enter: (program) => program,
  processLimits: [],
  holdsOthers: false,
  lastWish: [],
};
