// A build, taken apart: the units that can come from either side, and the steps that join their objects again.
// Capture produces it, from a recorded build or from a compilation database; the object store and the probes use it.
// All paths are absolute. Everything under `root` is moved along when a probe works in a copy of the tree.

/** One compilation of one source: what can come from the target or the oracle. */
export interface CompileUnit {
  /** The source's path relative to `root`; where one source is compiled more than once, `@<object>` is added. */
  readonly id: string;
  readonly source: string;
  /** Where the compiler ran. */
  readonly cwd: string;
  /**
   * The arguments that compile just this source, as recorded: without the compiler's name, -c, -o and its value,
   * other sources, and dependency-file options; the source itself is in its place. Run as
   * `CC <arguments> -c -o OBJECT`.
   */
  readonly arguments: readonly string[];
  /** A file with what the compiler read from standard input (`-x c -`), or undefined. */
  readonly stdin?: string;
  /** Where the steps expect the object. For a compile-and-link command, a place of our own under `root`. */
  readonly object: string;
  /** The object that the oracle made in the recorded build, kept in the capture's folder; undefined from a database. */
  readonly oracleObject?: string;
  /** Size of the source in bytes: a prior for the search. */
  readonly sourceBytes: number;
}

/** One command that turns objects into archives and programs, replayed in the recorded order. */
export interface ReplayStep {
  readonly kind: 'archive' | 'link' | 'partial-link' | 'edit';
  /** The real program to run (absolute path), never a shim. */
  readonly program: string;
  /** Its arguments, as recorded; for compile-and-link commands with the sources replaced by objects. */
  readonly arguments: readonly string[];
  readonly cwd: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

/** Why a compilation in the build is not a unit (its object always comes from the oracle). */
export interface Excluded {
  readonly source: string;
  readonly reason: 'assembler' | 'c++' | 'not-linked' | 'configure' | 'failed';
}

export interface BuildPlan {
  readonly root: string;
  readonly units: readonly CompileUnit[];
  readonly excluded: readonly Excluded[];
  /** Empty when a `--link` command does it, or with `--rebuild`. */
  readonly steps: readonly ReplayStep[];
  /** Files that no later step consumes: the programs and libraries that a test can see. */
  readonly products: readonly string[];
  /** How many compilations the oracle ran during this capture. */
  readonly oracleCompiles: number;
}
