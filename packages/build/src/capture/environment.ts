// The environment that makes a build use the shim: its folder first in PATH, CC and CXX naming it, caches off.

import { basename, delimiter, join } from 'node:path';
import type { Shim } from './shim.js';

/** Words that a makefile can use unquoted. */
const SAFE = /^[\w/.+@:,-]+$/;

/**
 * `env` with the shim in place. CC and CXX are paths, so that a build that sets PATH itself still finds the shim; in a
 * tree whose path a makefile would split, plain names.
 */
export function shimEnvironment(
  shim: Shim,
  oracle: string,
  env: Readonly<Record<string, string>>,
): Record<string, string> {
  const named = (name: string) => (SAFE.test(shim.bin) ? join(shim.bin, name) : name);
  const cxx = shim.tools.find((tool) => tool.family === 'c++');
  const { SWARM_SHIM: _nested, SWARM_SERVE: _serving, ...rest } = env;
  return {
    ...rest,
    PATH: `${shim.bin}${delimiter}${env.PATH ?? '/usr/bin:/bin'}`,
    CC: named(basename(oracle)),
    ...(cxx === undefined ? {} : { CXX: named(cxx.name) }),
    CCACHE_DISABLE: '1',
    DISTCC_HOSTS: 'localhost',
  };
}
