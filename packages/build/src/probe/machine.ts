// What a session asks of the machine: processes, with or without a mount view, and a folder of its own.

import type { ProcessRunner } from '@swarm/host';

/** A folder that appears at another one's path, for the processes of one runner. */
export interface MountView {
  /** The path at which the copy appears. */
  readonly at: string;
  readonly copy: string;
  /** Folders under `at` that stay what they are. */
  readonly keep: readonly string[];
}

export interface Machine {
  /** Can processes here be given a mount view? */
  canUseViews(): Promise<boolean>;
  createRunner(env: Readonly<Record<string, string>>, view?: MountView): Promise<ProcessRunner>;
  /** A fresh folder under `folder`; what sessions that are gone left there is removed first. */
  createWorkDir(folder: string): Promise<WorkDir>;
  /** Copy a tree, sharing blocks where the file system can, without the names in `skip` at its top. */
  copyTree(from: string, to: string, skip: readonly string[]): Promise<void>;
}

export interface WorkDir {
  readonly path: string;
  release(options: { readonly keep: boolean }): Promise<void>;
}
