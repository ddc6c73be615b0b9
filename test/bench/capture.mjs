// What the shim costs: a build through it, with recording on, against the bare build, in turn. Limits: 1.10 times 1,000 tiny
// units with make -j2, and 1.03 times Lua, whose sources are fetched as the tests of real programs fetch them.
//
//   node test/bench/capture.mjs [--units 1000] [--pairs 5]
import { mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { shimEnvironment } from '../../packages/build/dist/capture/environment.js';
import { installShim } from '../../packages/build/dist/capture/shim.js';
import { setShimMode } from '../../packages/build/dist/capture/shim-mode.js';
import { findOracle, findTools } from '../../packages/build/dist/capture/tools.js';
import { createRunner } from '../../packages/host/dist/index.js';
import { sourceOf, unpack } from '../real/sources.mjs';
import { compare, missing, verdict } from './paired.mjs';

const { values } = parseArgs({
  options: {
    units: { type: 'string', default: '1000' },
    pairs: { type: 'string', default: '5' },
  },
  strict: false,
});
const base = realpathSync(mkdtempSync(join(tmpdir(), 'swarm-bench-capture-')));
const records = join(base, 'records');
const env = { ...process.env };
for (const name of ['MAKEFLAGS', 'MFLAGS', 'MAKELEVEL']) delete env[name];

/** Ratio of `make` through the shim to the bare one; the objects are removed before each, outside of the time. */
const measure = (what, dir, argv, shim, limit) => {
  const before = () => {
    for (const name of readdirSync(dir, { recursive: true }))
      if (/\.(o|a)$/.test(name) || /(^|\/)(prog|lua|luac)$/.test(name)) rmSync(join(dir, name));
    rmSync(records, { recursive: true, force: true });
    mkdirSync(records);
  };
  const command = (shimmed) => {
    const set = shimmed ? shimEnvironment(shim.place, env) : env;
    const chosen = ['PATH', 'CC', 'CXX'].flatMap((name) =>
      set[name] === undefined ? [] : [`${name}=${set[name]}`],
    );
    return ['env', ...chosen, ...argv];
  };
  setShimMode(shim.place.folder, {
    kind: 'record',
    folder: records,
    sinceNs: BigInt(Date.now()) * 1_000_000n,
  });
  const figures = compare(command(true), command(false), {
    pairs: Number(values.pairs),
    before,
    cwd: dir,
    env,
  });
  console.log(`${what}: bare ${figures.bMs.toFixed(0)} ms, through the shim ${figures.aMs.toFixed(0)} ms`);
  verdict(what, figures.ratio, limit, 'x');
};

const tinyUnits = (dir, count) => {
  mkdirSync(dir);
  const names = Array.from({ length: count }, (_, i) => `f${i}`);
  for (const [i, name] of names.entries())
    writeFileSync(join(dir, `${name}.c`), `int ${name}(void) { return ${i}; }\n`);
  writeFileSync(join(dir, 'main.c'), 'int main(void) { return 0; }\n');
  const objects = [...names, 'main'].map((name) => `${name}.o`).join(' ');
  writeFileSync(
    join(dir, 'Makefile'),
    `prog: ${objects}\n\t$(CC) -o $@ $^\n%.o: %.c\n\t$(CC) -O1 -c $< -o $@\n`,
  );
};

const runner = createRunner();
try {
  const path = env.PATH ?? '/usr/bin:/bin';
  const oracle = findOracle('gcc', path);
  const tools = findTools(oracle, [], path, '');
  const shim = await installShim({ stateDir: base, oracle, tools, compilers: [oracle], runner, env });
  const tiny = join(base, 'tiny');
  tinyUnits(tiny, Number(values.units));
  measure(`${values.units} tiny units`, tiny, ['make', '-s', '-j2'], shim, 1.1);
  const source = sourceOf('lua5.4');
  if (source.kind === 'ready') {
    const lua = join(base, 'lua');
    unpack(source.tarball, lua);
    measure('Lua', lua, ['make', '-s', '-j2', '-C', 'src', 'generic'], shim, 1.03);
  } else missing('Lua', source.reason);
} finally {
  await runner.close();
  rmSync(base, { recursive: true, force: true });
}
