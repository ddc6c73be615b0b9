// `pnpm bench`: every benchmark in turn. Each prints figures beside a limit or a peer; none is a test.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const BENCHES = [
  ['startup'],
  ['spawn'],
  ['capture'],
  ['probe', '--units', '100'],
  ['probe', '--units', '1000'],
  ['memory'],
  ['search'],
  ['functions'],
  ['claims'],
  ['runner'],
  ['limits'],
  ['torture'],
  ['gate'],
  ['gate-tcc'],
  ['queue'],
  ['pre-receive'],
];

for (const [name, ...args] of BENCHES) {
  console.log(`\n== ${[name, ...args].join(' ')}`);
  const done = spawnSync(process.execPath, [join(import.meta.dirname, `${name}.mjs`), ...args], {
    stdio: 'inherit',
  });
  if (done.status !== 0) process.exitCode = 1;
}
