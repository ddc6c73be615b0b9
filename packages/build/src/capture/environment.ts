// The environment that makes a build use the shim: its folder first in PATH, CC and CXX naming it, caches off.

import { delimiter, join } from 'node:path';
import type { ShimPlace } from '../plan.js';

/** Words that a makefile can use unquoted. */
const SAFE = /^[\w/.+@:,-]+$/;

/**
 * `env` with the shim in place. CC and CXX are paths, so that a build that sets PATH itself still finds the shim; in a
 * tree whose path a makefile would split, plain names.
 */
export function shimEnvironment(
  shim: ShimPlace,
  env: Readonly<Record<string, string>>,
): Record<string, string> {
  const bin = join(shim.folder, 'bin');
  const named = (name: string) => (SAFE.test(bin) ? join(bin, name) : name);
  const { SWARM_SHIM: _nested, SWARM_SERVE: _serving, ...rest } = env;
  return {
    ...rest,
    PATH: `${bin}${delimiter}${env.PATH ?? '/usr/bin:/bin'}`,
    CC: named(shim.cc),
    ...(shim.cxx === undefined ? {} : { CXX: named(shim.cxx) }),
    CCACHE_DISABLE: '1',
    DISTCC_HOSTS: 'localhost',
  };
}
