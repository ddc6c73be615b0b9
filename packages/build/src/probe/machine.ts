// What a session asks of the machine: processes, with or without a mount view, and a folder of its own.

import type { ProcessRunner, RunnerOptions } from '@swarm/host';

export interface Machine {
  /** Can processes here be given a mount view? */
  canUseViews(): Promise<boolean>;
  createRunner(options: RunnerOptions): ProcessRunner;
  /** A fresh folder under `folder`; what sessions that are gone left there is removed first. */
  createWorkDir(folder: string): Promise<WorkDir>;
  /** Copy a tree, sharing blocks where the file system can, without the names in `skip` at its top. */
  copyTree(from: string, to: string, skip: readonly string[]): Promise<void>;
}

export interface WorkDir {
  readonly path: string;
  release(options: { readonly keep: boolean }): Promise<void>;
}
