// What a config may say of the gate.

/** The keys of `gate`; what isn't in the file is left out. Paths and globs are relative to the file's folder. */
export interface GateConfig {
  /** Globs of the files that are tests; left out: those of the suites, and `tests/**`, `test/**`. */
  readonly tests?: readonly string[];
  /** Globs of further files that a change may not touch by itself: what runs the tests, the oracle. */
  readonly protect?: readonly string[];
  /** A shell command that builds a clean checkout before its tests run. */
  readonly prepare?: string;
  /** Seconds. */
  readonly prepareTimeout?: number;
  readonly preCommit?: 'off' | 'sample' | 'full';
  readonly prePush?: 'off' | 'full';
}
