// Memory: 5,000 units and at least 500 probes through the command line, as the kernel saw it at its peak.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { verdict } from './paired.mjs';

const UNITS = 5000;
const CULPRITS = 55;
const PROBES = 500;
const dir = mkdtempSync(join(tmpdir(), 'swarm-bench-memory-'));
const run = join(import.meta.dirname, '../../packages/cli/bin/run.js');

const names = Array.from({ length: UNITS }, (_, i) => `src/module_${i}/file_${i}.c`);
const culprits = Array.from({ length: CULPRITS }, (_, i) => names[(i * 109 + 37) % UNITS]);
writeFileSync(join(dir, 'units'), `${names.join('\n')}\n`);
writeFileSync(join(dir, 'bad'), `${culprits.join('\n')}\n`);

// The probe is a shell command; the peak is read by a preloaded line at the end of the process itself.
const report =
  "data:text/javascript,process.on('exit',()=>process.stderr.write('PEAK '+process.resourceUsage().maxRSS+'\\n'))";
const done = spawnSync(
  process.execPath,
  ['--import', report, run, 'bisect', '--units', 'units', '--probe', '! grep -qxFf bad {}', '--json'],
  { cwd: dir, encoding: 'utf8' },
);
const document = JSON.parse(done.stdout);
const found = document.culprits.map((culprit) => culprit.members.join('+')).sort();
if (JSON.stringify(found) !== JSON.stringify([...culprits].sort())) throw new Error('wrong culprits');
const peakMiB = Number(/PEAK (\d+)/.exec(done.stderr)[1]) / 1024;
console.log(`     ${UNITS} units, ${CULPRITS} culprits, ${document.stats.probes} probes`);
if (document.stats.probes < PROBES) throw new Error(`only ${document.stats.probes} probes`);
verdict('peak memory', peakMiB, 300, ' MiB');
rmSync(dir, { recursive: true });
