// The shim's folder in a tree: the program, its names in `bin/`, and the config that says what it does.
// The place is stable, because CMake and configure write the compiler's path into what they make; between captures the
// shim is off and each name is just the real program.

import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { basename, join } from 'node:path';
import { makeProgram, type ProgramMaking } from '@swarm/host';
import type { ShimPlace } from '../plan.js';
import { writeConfig } from './shim-mode.js';
import { SHIM_SOURCE, shimVersion } from './shim-program.js';
import type { Tool } from './tools.js';

export interface Shim {
  readonly place: ShimPlace;
  readonly tools: readonly Tool[];
}

function linkNames(folder: string, tools: readonly Tool[]): void {
  const there = new Set(readdirSync(join(folder, 'bin')));
  for (const tool of tools) if (!there.has(tool.name)) symlinkSync('../shim', join(folder, 'bin', tool.name));
}

/** Put the shim into `<stateDir>/shim/<version>`, if it isn't there yet. One at a time in a folder. */
export async function installShim(
  options: ProgramMaking & {
    readonly stateDir: string;
    readonly oracle: string;
    readonly tools: readonly Tool[];
  },
): Promise<Shim> {
  const { stateDir, tools } = options;
  const folder = join(stateDir, 'shim', shimVersion());
  const cxx = tools.find((tool) => tool.family === 'c++')?.name;
  const place = { folder, cc: basename(options.oracle), ...(cxx === undefined ? {} : { cxx }) };
  const shim: Shim = { place, tools };
  if (!existsSync(join(folder, 'config'))) {
    const draft = `${folder}.${process.pid}`;
    rmSync(draft, { recursive: true, force: true });
    mkdirSync(join(draft, 'bin'), { recursive: true });
    await makeProgram(SHIM_SOURCE, join(draft, 'shim'), options);
    writeConfig(draft, tools, { kind: 'off' });
    renameSync(draft, folder);
  }
  linkNames(folder, tools);
  return shim;
}
