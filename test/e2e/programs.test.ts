// The programs of fixtures/programs: right under every compiler, and wrong exactly as their expected.json says. Here
// the mixes are made by hand, without swarm: what a bisect must find is true by construction.

import { copyFileSync, cpSync, existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { needs } from '../kit/needs.ts';
import { copyProgram, manyUnits, type Program } from '../kit/program.ts';
import { start } from '../kit/swarm.ts';

const BUILDS = {
  calc: {
    flags: ['-O1'],
    product: 'calc',
    tables: ['faults', 'five', 'hang', 'link', 'noise', 'refused', 'triple'],
  },
  textproc: { flags: ['-O2', '-Ilib'], product: 'textproc', tables: ['faults', 'store'] },
  records: { flags: ['-O2'], product: 'records', tables: ['faults', 'boundary', 'three'] },
} as const;
const NAMES = ['calc', 'textproc', 'records'] as const;
type Name = (typeof NAMES)[number];
const CASES = NAMES.flatMap((name) => BUILDS[name].tables.map((table) => [name, table] as const));

/** A noisy culprit is run this often before its pass is believed. */
const REPEATS = 30;

/** A copy of each program in which the oracle has compiled it: its objects are the same for every table. */
const byOracle = new Map<Name, Program>();

/** Both sides' objects of a program, and what a mix of them does. */
class Mixer {
  readonly units: readonly string[];
  readonly rejected: string[] = [];

  private constructor(
    readonly program: Program,
    readonly name: Name,
    units: readonly string[],
  ) {
    this.units = units;
  }

  static async compile(program: Program, name: Name): Promise<Mixer> {
    const { stdout } = await run(program, ['sh', '-c', 'ls */*.c']);
    const mixer = new Mixer(program, name, stdout.trim().split('\n'));
    const compiled = byOracle.get(name);
    if (compiled === undefined) {
      await mixer.#compile('oracle', ['gcc']);
      const kept = copyProgram(name);
      cpSync(program.path('oracle'), kept.path('oracle'), { recursive: true });
      byOracle.set(name, kept);
    } else cpSync(compiled.path('oracle'), program.path('oracle'), { recursive: true });
    const { stderr } = await mixer.#compile('target', ['./faultcc']);
    expect(stderr).not.toMatch(/^faultcc/m);
    mixer.rejected.push(
      ...mixer.units.filter((unit) => !existsSync(program.path(mixer.object('target', unit)))),
    );
    return mixer;
  }

  /** Every unit, two at once; what a side rejects has no object. */
  async #compile(side: 'oracle' | 'target', cc: readonly string[]) {
    await run(this.program, ['mkdir', '-p', 'build', side]);
    const work = this.units.map((unit) => `${unit} -o ${this.object(side, unit)}\n`).join('');
    const each = ['sh', '-c', '"$@" || true', 'sh', ...cc, ...BUILDS[this.name].flags];
    const argv = ['xargs', '-P2', '-L1', ...each, '-c'];
    return start(argv, { cwd: this.program.dir, input: work }).ended;
  }

  object(side: 'oracle' | 'target', unit: string): string {
    return `${side}/${unit.replaceAll('/', '-')}.o`;
  }

  /** How the selection fails, or 'pass'. What the target rejects stays the oracle's. */
  async probe(selection: readonly string[]): Promise<string> {
    const chosen = new Set(selection.filter((unit) => !this.rejected.includes(unit)));
    const objects = this.units.map((unit) => this.object(chosen.has(unit) ? 'target' : 'oracle', unit));
    const linked = await run(this.program, ['gcc', '-o', `build/${BUILDS[this.name].product}`, ...objects]);
    if (linked.code !== 0) return 'link';
    const repeats = this.program.expected.rate === undefined ? 1 : REPEATS;
    for (let i = 0; i < repeats; i++) {
      const tested = await run(this.program, ['timeout', '-k', '1', '2', 'sh', 'test.sh']);
      if (tested.code !== 0) return tested.code === 124 ? 'hang' : tested.code! >= 128 ? 'crash' : 'exit';
    }
    return 'pass';
  }
}

const run = (program: Program, argv: readonly string[]) => start(argv, { cwd: program.dir }).ended;

describe.each(CASES)('%s with %s', (name, table) => {
  test('has exactly the culprits of expected.json', async () => {
    const program = copyProgram(name, table === 'faults' ? 'faults' : `tables/${table}`);
    const mixer = await Mixer.compile(program, name);
    const { culprits, rejected, verdict } = program.expected;
    expect(mixer.units.length).toBe(program.units);
    expect(mixer.rejected).toEqual(rejected);
    expect(await mixer.probe([])).toBe('pass');
    if (verdict === 'target-passes') expect(await mixer.probe(mixer.units)).toBe('pass');
    else expect(await mixer.probe(mixer.units)).not.toBe('pass');
    for (const { members, failure, label } of culprits) {
      const subsets = members.map((left) => members.filter((unit) => unit !== left));
      if (label === 'boundary') {
        expect(await mixer.probe(members)).toBe('pass');
        for (const member of members) expect(await mixer.probe([member])).not.toBe('pass');
        for (const subset of subsets) expect(await mixer.probe(subset)).not.toBe('pass');
      } else {
        expect([members, await mixer.probe(members)]).toEqual([members, failure]);
        for (const subset of subsets) expect([subset, await mixer.probe(subset)]).toEqual([subset, 'pass']);
      }
    }
    const guilty = new Set(
      culprits.filter(({ label }) => label !== 'boundary').flatMap(({ members }) => members),
    );
    expect(await mixer.probe(mixer.units.filter((unit) => !guilty.has(unit)))).toBe('pass');
    program.remove();
  });
});

const COMMANDS: Record<Name, (cc: string) => string> = {
  calc: (cc) => `make -s CC='${cc}'`,
  records: (cc) => `make -s CC='${cc}'`,
  textproc: (cc) => `CC='${cc}' cmake -S . -B build -G Ninja && ninja -C build`,
};

describe.each(['gcc', 'clang', 'tcc'])('%s', (cc) => {
  describe.runIf(needs(cc, 'cmake', 'ninja'))('compiles every program right, without a warning', () => {
    test.each(NAMES)('%s', async (name) => {
      const program = copyProgram(name);
      const built = await run(program, ['sh', '-c', COMMANDS[name](cc)]);
      expect(built).toMatchObject({ code: 0, stderr: '' });
      expect(built.stdout).not.toMatch(/warning/);
      expect(await run(program, ['sh', 'test.sh'])).toMatchObject({ code: 0, stdout: '', stderr: '' });
      program.remove();
    });
  });
});

describe('generated programs', () => {
  test('are right with the oracle and wrong with the planted faults', async () => {
    const program = manyUnits({ units: 40, singles: 2, pairs: 1, rejected: 1, seed: 7 });
    expect(program.units).toBe(41);
    expect(program.expected.culprits.map(({ members }) => members.length).sort()).toEqual([1, 1, 2]);
    expect(await run(program, ['make', '-s', '-j2'])).toMatchObject({ code: 0, stderr: '' });
    expect(await run(program, ['sh', 'test.sh'])).toMatchObject({ code: 0, stdout: '' });
    await run(program, ['mv', 'build', 'oracle']);
    await run(program, ['make', '-s', '-k', 'CC=./faultcc']);
    const [rejected] = program.expected.rejected;
    const object = rejected!.replace(/^src\/(.*)\.c$/, '$1.o');
    copyFileSync(program.path('oracle', object), program.path('build', object));
    expect(await run(program, ['make', '-s', 'CC=./faultcc'])).toMatchObject({ code: 0 });
    expect((await run(program, ['sh', 'test.sh'])).code).not.toBe(0);
    program.remove();
  });

  test('are the same for the same options', async () => {
    const [one, two] = [manyUnits({ units: 12, seed: 3 }), manyUnits({ units: 12, seed: 3 })];
    for (const file of ['faults', 'expected.txt', 'src/part000/unit00011.c'])
      expect(one.read(file)).toBe(two.read(file));
  });
});
