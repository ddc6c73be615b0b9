// Work folders and tree copies, until host has them.

import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { canUseViews, createRunner } from '@swarm/host';
import type { Machine } from '../../src/probe/machine.js';

export const standin = (): Machine => ({
  canUseViews: async () => process.env.NOVIEWS === undefined && canUseViews(),
  createRunner,
  createWorkDir: async (folder) => {
    mkdirSync(folder, { recursive: true });
    const path = mkdtempSync(join(folder, 'w-'));
    return {
      path,
      release: async ({ keep }) => {
        if (!keep) rmSync(path, { recursive: true, force: true });
      },
    };
  },
  copyTree: async (from, to, skip) => {
    mkdirSync(to, { recursive: true });
    const not = skip.map((s) => `! -name ${s}`).join(' ');
    const script = `cd "$1" && shift; d=$1; find . -mindepth 1 -maxdepth 1 ${not} -exec cp -a -t "$d" {} +`;
    execFileSync('sh', ['-c', script, 'x', from, to]);
  },
});
