// What swarm adds to a probe's link and test: a generated program, its bare link script and test against a probe of a fresh
// random half of its units, in turn. Limit: 5% of the bare time or 20 ms, whichever is more.
//
//   node test/bench/probe.mjs [--units 100] [--files 0] [--test 'sleep 0.2'] [--pairs 15]
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openBisection } from '../../packages/build/dist/index.js';
import { Cancellation, Selection } from '../../packages/core/dist/index.js';
import { createRunner } from '../../packages/host/dist/index.js';
import { median, verdict } from './paired.mjs';

const { values } = parseArgs({
  options: {
    units: { type: 'string', default: '100' },
    files: { type: 'string', default: '0' },
    test: { type: 'string', default: 'true' },
    pairs: { type: 'string', default: '15' },
  },
  strict: false,
});
const count = Number(values.units);
const base = mkdtempSync(join(tmpdir(), 'swarm-bench-probe-'));
const root = join(base, 'program');
const path = (name) => join(root, name);

mkdirSync(path('data'), { recursive: true });
const names = Array.from({ length: count }, (_, i) => `f${i}`);
for (const [i, name] of names.entries())
  writeFileSync(
    path(`${name}.c`),
    `static int t[64];\nint ${name}(int x) { for (int i = 0; i < 64; i++) t[i] += x * ${i + 3}; return t[7]; }\n`,
  );
writeFileSync(
  path('main.c'),
  `${names.map((name) => `int ${name}(int);`).join('\n')}\nint main(void) { int s = 0;\n${names.map((name) => `s += ${name}(1);`).join('\n')}\nreturn s == 1; }\n`,
);
for (let i = 0; i < Number(values.files); i++) writeFileSync(path(`data/${i}.txt`), `${i}\n`);
const all = [...names, 'main'];
execFileSync('gcc', ['-O1', '-c', ...all.map((name) => `${name}.c`)], { cwd: root });
const gcc = execFileSync('sh', ['-c', 'command -v gcc'], { encoding: 'utf8' }).trim();
const objects = all.map((name) => `${name}.o`);
const link = ['-o', 'prog', ...objects];
execFileSync(gcc, link, { cwd: root });

const plan = {
  root,
  units: all.map((name) => ({
    id: `${name}.c`,
    source: path(`${name}.c`),
    cwd: root,
    arguments: ['-O1', `${name}.c`],
    object: path(`${name}.o`),
    oracleObject: path(`${name}.o`),
    sourceBytes: 100,
  })),
  excluded: [],
  fixedObjects: [],
  steps: [
    {
      kind: 'link',
      program: gcc,
      arguments: link,
      cwd: root,
      inputs: objects.map(path),
      outputs: [path('prog')],
    },
  ],
  products: [path('prog')],
  commands: [],
  notes: [],
  oracleCompiles: all.length,
};

const bare = join(base, 'bare');
cpSync(root, bare, { recursive: true });
writeFileSync(join(bare, 'link.sh'), `rm -f prog; exec ${gcc} ${link.join(' ')}\n`);
const runner = createRunner();
const command = `./prog && ${values.test}`;
const once = async (work) => {
  const start = performance.now();
  await work();
  return performance.now() - start;
};

const target = await openBisection(plan, {
  target: { command: 'gcc', flags: ['-fstack-protector-all'] },
  oracle: { command: 'gcc', flags: [] },
  test: command,
  jobs: 1,
});
await target.baseline();
const rows = [];
for (let i = -3; i < Number(values.pairs); i++) {
  const members = all
    .flatMap((_, unit) => (Math.random() < 0.5 ? [unit] : []))
    .filter((unit) => unit < target.units.length);
  const selection = Selection.of(target.units.length, members);
  const probeMs = await once(async () => {
    const answer = await target.prober({ selection, attempt: 0, purpose: 'explore' }, new Cancellation());
    if (answer.outcome.kind !== 'pass' || answer.reused) throw new Error(JSON.stringify(answer));
  });
  const bareMs = await once(async () => {
    const result = await runner.run({ argv: ['sh', '-c', `sh link.sh && ${command}`], cwd: bare });
    if (result.exit.code !== 0) throw new Error(result.stderr);
  });
  if (i >= 0) rows.push({ probeMs, bareMs });
}
const bareMs = median(rows.map((row) => row.bareMs));
const added = median(rows.map((row) => row.probeMs - row.bareMs));
console.log(
  `     ${target.units.length} units in question, ${values.files} further files: bare ${bareMs.toFixed(1)} ms, probe ${median(rows.map((row) => row.probeMs)).toFixed(1)} ms, ratio ${median(rows.map((row) => row.probeMs / row.bareMs)).toFixed(3)}`,
);
verdict('a probe adds', added, Math.max(20, bareMs * 0.05), ' ms');
await target.close();
await runner.close();
rmSync(base, { recursive: true, force: true });
