// The tarball that a test file is about, or no test: a missing one is said on stderr, and is an error where
// SWARM_REQUIRE_ALL=1 (`.ci/run`).

import { type SourceName, sourceOf } from './sources.mjs';

/** Path of the upstream tarball; undefined where it can't be had, as on a machine without network or apt. */
export function tarballOf(name: SourceName): string | undefined {
  const source = sourceOf(name);
  if (source.kind === 'ready') return source.tarball;
  if (process.env.SWARM_REQUIRE_ALL === '1') throw new Error(`${source.reason}, and SWARM_REQUIRE_ALL=1`);
  process.stderr.write(`SKIP: the sources of ${name}: ${source.reason}; tests that need them don't run\n`);
  return undefined;
}
