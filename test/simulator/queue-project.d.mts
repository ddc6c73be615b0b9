export const LINES: number;
export const PAIRS: number;

export interface QueueProject {
  readonly dir: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Run git in a folder of the project; what it printed. */
  git(where: string, words: readonly string[]): string;
  /** Run swarm to its end; what it printed. Throws when it failed. */
  swarm(where: string, ...args: string[]): string;
  swarmArgv(args: readonly string[]): string[];
  clone(name: string): void;
  /** A commit of these files (undefined: deleted) on top of `base`, in a clone; its id. */
  change(
    where: string,
    name: string,
    files: Readonly<Record<string, string | undefined>>,
    base?: string,
  ): string;
  /** Names of refs at the hub, below refs/swarm. */
  refs(under: string): string[];
  write(where: string, files: Readonly<Record<string, string>>): void;
  remove(): void;
}

export function makeProject(options?: { readonly gated?: boolean }): QueueProject;
