// `pnpm bench`: every benchmark in turn. Each prints figures beside a limit or a peer; none is a test.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

for (const name of ['startup', 'spawn', 'capture', 'probe', 'memory', 'search', 'claims']) {
  console.log(`\n== ${name}`);
  const done = spawnSync(
    process.execPath,
    [join(import.meta.dirname, `${name}.mjs`), ...process.argv.slice(2)],
    { stdio: 'inherit' },
  );
  if (done.status !== 0) process.exitCode = 1;
}
