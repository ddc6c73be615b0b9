// Programs that tests need but not every machine has.

import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

const said = new Set<string>();

/**
 * True when all the programs are in PATH: `describe.runIf(needs('pcc'))(...)`. A missing one is said on stderr, so
 * that no skip is silent; where SWARM_REQUIRE_ALL=1 (`.ci/run`) it is an error.
 */
export function needs(...programs: string[]): boolean {
  const missing = programs.filter((program) => !inPath(program));
  return needsValue(missing.length === 0 ? undefined : `${missing.join(', ')} not installed`);
}

/** The same for anything else: `missing` says what isn't there, undefined that all is. */
export function needsValue(missing: string | undefined): boolean {
  if (missing === undefined) return true;
  if (process.env.SWARM_REQUIRE_ALL === '1') throw new Error(`${missing}, and SWARM_REQUIRE_ALL=1`);
  if (!said.has(missing)) process.stderr.write(`SKIP: ${missing}; tests that need it don't run\n`);
  said.add(missing);
  return false;
}

function inPath(program: string): boolean {
  return (process.env.PATH ?? '').split(delimiter).some((dir) => {
    try {
      accessSync(join(dir, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
