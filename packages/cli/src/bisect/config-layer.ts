// The config file as a layer of settings; its paths are relative to its own folder.

import { dirname, resolve } from 'node:path';
import { loadConfig } from '@swarm/host';
import { defined } from './flags.js';
import { type Compiler, compilerPath, type Layer } from './settings.js';

/** The nearest config at or above `start`, as a layer; an empty one when there is none. */
export async function configLayer(start: string): Promise<Layer> {
  const { file, config } = await loadConfig(start);
  const bisect = config.bisect;
  if (file === undefined || bisect === undefined) return {};
  const base = dirname(file);
  const path = (value: string | undefined) => (value === undefined ? undefined : resolve(base, value));
  const compiler = ({ cc, flags }: Compiler): Compiler => ({ cc: compilerPath(cc, base), flags });
  const { target, oracle, dir, expectStdout, compileCommands, units, ...plain } = bisect;
  return defined({
    ...plain,
    dir: path(dir ?? '.'),
    target: target === undefined ? undefined : compilerPath(target.cc, base),
    targetFlags: target?.flags,
    oracles: oracle?.map(compiler),
    expectStdout: path(expectStdout),
    compileCommands: path(compileCommands),
    units: path(units),
  });
}
