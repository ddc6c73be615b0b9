// A build, taken apart: the units that can come from either side, and the steps that join their objects again.
// Capture produces it, from a recorded build or from a compilation database; the object store and the probes use it.
// All paths are absolute. Everything under `root` is moved along when a probe works in a copy of the tree.

/** One compilation of one source: what can come from the target or the oracle. */
export interface CompileUnit {
  /** The source's path relative to `root`; where one source is compiled more than once, `@<object>` is added. */
  readonly id: string;
  /** What to compile: a source, or a kept copy of one that the build changed or removed again. */
  readonly source: string;
  /** Where the compiler ran. */
  readonly cwd: string;
  /**
   * The arguments that compile just this source, as recorded: without the compiler's name, -c, -o and its value,
   * other sources, link options and dependency-file options; the source itself is in its place. Run as
   * `CC <arguments> -c -o OBJECT`.
   */
  readonly arguments: readonly string[];
  /** A file with what the compiler read from standard input (`-x c -`), or undefined. */
  readonly stdin?: string;
  /** Variables that the build had changed and that change what a compiler does (CPATH and the like). */
  readonly environment?: Readonly<Record<string, string>>;
  /** Where the steps expect the object. For a compile-and-link command, a place of our own under `root`. */
  readonly object: string;
  /**
   * The object that the oracle made in the recorded build, kept in the capture's folder. Undefined from a database, and
   * for a compile-and-link command, whose objects were never on disk: the oracle has to compile those once more.
   */
  readonly oracleObject?: string;
  /** Size of the source in bytes: a prior for the search. */
  readonly sourceBytes: number;
}

/**
 * One command that turns objects into archives and programs, replayed in the recorded order. Before it runs, `cwd` and
 * the folders of its outputs exist, and those of its outputs that are not among its inputs do not: `ar rc` would add
 * to what lies there.
 */
export interface ReplayStep {
  readonly kind: 'archive' | 'link' | 'partial-link' | 'edit';
  /** The real program to run (absolute path), never a shim. */
  readonly program: string;
  /**
   * Its arguments, as recorded, with response files expanded; for compile-and-link commands with the sources replaced
   * by objects.
   */
  readonly arguments: readonly string[];
  readonly cwd: string;
  /** Files it reads that lie in the tree, those behind -l and thin archives among them. */
  readonly inputs: readonly string[];
  /** Files it makes or changes in place. */
  readonly outputs: readonly string[];
  /** A file with what it reads from standard input (`ar -M`), or undefined. */
  readonly stdin?: string;
  readonly environment?: Readonly<Record<string, string>>;
}

/** Why a compilation in the build is not a unit (its object always comes from the oracle). */
export interface Excluded {
  readonly source: string;
  readonly reason:
    | 'assembler'
    | 'c++'
    | 'other-language'
    | 'header'
    | 'not-linked'
    | 'configure'
    | 'failed'
    /** It lies outside the root. */
    | 'outside'
    /** The build removed it, and it was older than the build. */
    | 'source-gone';
}

/** An object that no unit makes (from assembler, C++), as the steps need it. */
export interface FixedObject {
  readonly object: string;
  /** Its content, kept in the capture's folder: the file in the tree may have been overwritten since. */
  readonly kept: string;
}

/** One compiler command of the build, for handing out stored objects while the build itself runs (`--rebuild`). */
export interface CompileCommand {
  readonly cwd: string;
  /** What followed the compiler's name, response files expanded. */
  readonly arguments: readonly string[];
  readonly stdin?: string;
  /** Its units, and where this command puts their objects; for a command that also links: undefined. */
  readonly makes: readonly { readonly unit: string; readonly object: string | undefined }[];
  /** Dependency files that it writes, in the recorded place. */
  readonly dependencyFiles: readonly string[];
  /** The command with its sources replaced by the units' `object`s, when it also links. */
  readonly link?: ReplayStep;
}

/** The compiler shim that recorded a build, for running the build again behind it. */
export interface ShimPlace {
  readonly folder: string;
  /** The names in its `bin/` that stand for the oracle. */
  readonly cc: string;
  readonly cxx?: string;
}

export interface BuildPlan {
  readonly root: string;
  readonly units: readonly CompileUnit[];
  readonly excluded: readonly Excluded[];
  readonly fixedObjects: readonly FixedObject[];
  /** Empty when a `--link` command does it, or with `--rebuild`. */
  readonly steps: readonly ReplayStep[];
  /** Files that no later step consumes, and every program and library: what a test can see. */
  readonly products: readonly string[];
  /** The compiler commands that make the units, and the shim that recorded them; none from a database. */
  readonly commands: readonly CompileCommand[];
  readonly shim?: ShimPlace;
  /** One-line facts that a person should know: what the replay can't repeat. */
  readonly notes: readonly string[];
  /** Units whose object the oracle made during this capture: at most one compilation each. */
  readonly oracleCompiles: number;
}
