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
  if (missing.length === 0) return true;
  const message = `${missing.join(', ')} not installed`;
  if (process.env.SWARM_REQUIRE_ALL === '1') throw new Error(`${message}, and SWARM_REQUIRE_ALL=1`);
  if (!said.has(message)) process.stderr.write(`SKIP: ${message}; tests that need it don't run\n`);
  said.add(message);
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
