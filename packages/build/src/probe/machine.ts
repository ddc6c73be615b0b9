// What a session asks of the machine: processes, with or without a mount view, and a folder of its own.

import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { canUseViews, createRunner, type ProcessRunner, type RunnerOptions } from '@swarm/host';

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

/** The machine that we run on. */
export const hostMachine = (): Machine => ({
  canUseViews,
  createRunner,
  async createWorkDir(folder) {
    await mkdir(folder, { recursive: true });
    const path = await mkdtemp(join(folder, 'w-'));
    const release = ({ keep }: { readonly keep: boolean }) =>
      keep ? Promise.resolve() : rm(path, { recursive: true, force: true });
    return { path, release };
  },
  async copyTree(from, to, skip) {
    await mkdir(to, { recursive: true });
    const not = skip.flatMap((name) => ['!', '-name', name]);
    const all = [
      '.',
      '-mindepth',
      '1',
      '-maxdepth',
      '1',
      ...not,
      '-exec',
      'cp',
      '-a',
      '--reflink=auto',
      '-t',
      to,
      '{}',
      '+',
    ];
    const runner = createRunner({ jobs: 1 });
    await runner.run({ argv: ['find', ...all], cwd: from });
    await runner.close();
  },
});
