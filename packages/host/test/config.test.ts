// Config files: every key, every shorthand, and all that can be wrong with them, told at once.

import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { configJsonSchema, editDistance, loadConfig, nearestName } from '@swarm/host';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from './liveness.js';

const dir = temporaryFolder();

function project(files: Record<string, string>): string {
  const place = mkdtempSync(join(dir, 'project-'));
  mkdirSync(join(place, '.git'));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(place, name, '..'), { recursive: true });
    writeFileSync(join(place, name), text);
  }
  return place;
}

const load = async (yaml: string) => (await loadConfig(project({ 'swarm.config.yaml': yaml }))).config;

async function problems(text: string, name = 'swarm.config.yaml'): Promise<string[]> {
  const place = project({ [name]: text });
  const error = await loadConfig(place).then(
    () => undefined,
    (it) => it,
  );
  expect(error).toMatchObject({ code: 'config-invalid', exit: 2 });
  expect(error.message).not.toContain('\n');
  return error.message.split('; ').map((line: string) => line.replace(`${join(place, name)}:`, ''));
}

const FULL = `
bisect:
  dir: sub
  target: {cc: tcc, flags: "-w"}
  oracle: {cc: gcc, flags: ""}
  build: make -j2
  clean: make clean
  test: ./run-tests.sh
  expectStdout: expected.txt
  jobs: 2
  probeTimeout: 20.5
  confidence: 0.999
  repeat: 1
  rebuild: false
  keepWork: true
`;

describe('a config', () => {
  it('is read with every key', async () => {
    expect((await load(FULL)).bisect).toEqual({
      dir: 'sub',
      target: { cc: 'tcc', flags: '-w' },
      oracle: [{ cc: 'gcc', flags: '' }],
      build: 'make -j2',
      clean: 'make clean',
      test: './run-tests.sh',
      expectStdout: 'expected.txt',
      jobs: 2,
      probeTimeout: 20.5,
      confidence: 0.999,
      repeat: 1,
      rebuild: false,
      keepWork: true,
    });
  });

  it('has shorthands for compilers', async () => {
    const { bisect } = await load('bisect: {target: tcc, oracle: [gcc, {cc: clang, flags: -O1}]}');
    expect(bisect).toEqual({
      target: { cc: 'tcc', flags: '' },
      oracle: [
        { cc: 'gcc', flags: '' },
        { cc: 'clang', flags: '-O1' },
      ],
    });
  });

  it('is read with the keys of tasks', async () => {
    const yaml =
      'tasks: {store: files, remote: hub, branch: trunk, namespace: swarm, ttl: 60, verifyTimeout: 2.5}';
    expect((await load(yaml)).tasks).toEqual({
      store: 'files',
      remote: 'hub',
      branch: 'trunk',
      namespace: 'swarm',
      ttl: 60,
      verifyTimeout: 2.5,
    });
  });

  it('may be empty, or not there', async () => {
    expect(await load('')).toEqual({ bisect: {}, tests: {}, gate: {}, run: {}, tasks: {}, workspaces: {} });
    expect(await load('# nothing\n')).toEqual({
      bisect: {},
      tests: {},
      gate: {},
      run: {},
      tasks: {},
      workspaces: {},
    });
    expect(await load('tests: {suites: [{glob: a, run: b}]}')).toMatchObject({
      tests: { suites: [{ glob: ['a'], run: 'b' }] },
    });
    expect(await loadConfig(project({}))).toEqual({
      config: { bisect: {}, tests: {}, gate: {}, run: {}, tasks: {}, workspaces: {} },
      sections: new Set(),
    });
  });

  it.each([
    ['swarm.config.yml', 'bisect: {jobs: 3}'],
    ['swarm.config.json', '{"bisect": {"jobs": 3}}'],
    ['swarm.config.ts', 'const jobs: number = 3;\nexport default { bisect: { jobs } };\n'],
  ])('may be %s', async (name, text) => {
    const place = project({ [name]: text });
    expect(await loadConfig(place)).toEqual({
      file: join(place, name),
      config: { bisect: { jobs: 3 }, tests: {}, gate: {}, run: {}, tasks: {}, workspaces: {} },
      sections: new Set(['bisect']),
    });
  });

  it('is found from a folder below, but not above the repository', async () => {
    const place = project({
      'swarm.config.yaml': 'bisect: {jobs: 3}',
      'a/b/x': '',
      'inner/.git/x': '',
      'inner/c/x': '',
    });
    expect((await loadConfig(join(place, 'a/b'))).file).toBe(join(place, 'swarm.config.yaml'));
    expect((await loadConfig(join(place, 'inner/c'))).file).toBeUndefined();
  });

  it('must be one', async () => {
    const place = project({ 'swarm.config.yaml': '', 'swarm.config.json': '{}' });
    await expect(loadConfig(place)).rejects.toMatchObject({ code: 'config-invalid', exit: 2 });
  });
});

describe('problems of a config', () => {
  it('are all told at once, with their lines and the nearest known key', async () => {
    const text =
      'bisect:\n  tagret: tcc\n  jobs: two\n  confidence: 1.5\n  oracle:\n    cc: gcc\n    flag: -O1\n  zzz: 1\nbisct: {}\n';
    expect(await problems(text)).toEqual([
      '2: unknown key `tagret`: did you mean `target`?',
      '3: `bisect.jobs` must be a number, not "two"',
      '4: `bisect.confidence` must be at most 1',
      '7: unknown key `flag`: did you mean `flags`?',
      expect.stringMatching(/^8: unknown key `zzz`: known are target, oracle, dir, /),
      '9: unknown key `bisct`: did you mean `bisect`?',
    ]);
  });

  it.each([
    ['bisect: {jobs: 0}', '1: `bisect.jobs` must be at least 1'],
    ['bisect: {jobs: 1.5}', '1: `bisect.jobs` must be a whole number'],
    ['bisect: {probeTimeout: 0}', '1: `bisect.probeTimeout` must be more than 0'],
    ['bisect: {build: ""}', '1: `bisect.build` must not be empty'],
    ['bisect: {build: }', '1: `bisect.build` must be text, not null'],
    ['bisect: {rebuild: 1}', '1: `bisect.rebuild` must be true or false, not 1'],
    ['bisect: {target: {flags: x}}', '1: `bisect.target.cc` is missing'],
    ['bisect: {target: 3}', '1: `bisect.target` must be a mapping, not 3'],
    ['bisect: {oracle: []}', '1: `bisect.oracle` must name at least one compiler'],
    ['bisect: {oracle: [gcc, {cc: 3}]}', '1: `bisect.oracle.1.cc` must be text, not 3'],
    ['bisect: [1]', '1: `bisect` must be a mapping, not a list'],
    ['tasks: {ttl: 0}', '1: `tasks.ttl` must be at least 1'],
    ['tasks: {store: sql}', '1: `tasks.store` must be `refs` or `files`, not "sql"'],
    ['tasks: {remot: x}', '1: unknown key `remot`: did you mean `remote`?'],
    ['tests: {fraction: lots}', '1: `tests.fraction` must be a fraction like 10% or 0.1'],
    ['tests: {budget: 60 s}', '1: `tests.budget` must be a time like 60s'],
    ['tests: {suites: [{globb: x}]}', '1: unknown key `globb`: did you mean `glob`?'],
    ['tests: {suites: [{}]}', '1: suite 1 must have exactly one of glob, list, programs, tool'],
    ['tests: {suites: [{glob: x}]}', '1: suite 1 with `glob` must have `run`'],
    ['tests: {suites: [{tool: ctest, run: x}]}', '1: suite 1 with `tool` can have no `run`'],
    ['text', expect.stringMatching(/the file must be a mapping, not "text"$/)],
    [
      'bisect: {units: u, build: make}',
      '1: `units` and `build` exclude each other: units come from a list or from a build',
    ],
  ])('%s', async (text, problem) => {
    expect(await problems(text)).toEqual([problem]);
  });

  it('of YAML itself have lines, too', async () => {
    expect(await problems('bisect:\n  jobs: 1\n  jobs: 2\n')).toEqual([
      expect.stringMatching(/^3: .*unique/),
    ]);
    expect((await problems('bisect:\n  test: "x\n'))[0]).toMatch(/^\d+: /);
    expect(await problems('{"bisect":\n {"jbos": 1}}', 'swarm.config.json')).toEqual([
      '2: unknown key `jbos`: did you mean `jobs`?',
    ]);
  });

  it('of a script are told without lines', async () => {
    const place = project({ 'swarm.config.ts': 'export default { bisect: { jbos: 1 } };\n' });
    await expect(loadConfig(place)).rejects.toThrow(
      'swarm.config.ts: unknown key `jbos`: did you mean `jobs`?',
    );
    const broken = project({ 'swarm.config.ts': 'throw new Error("no way");\n' });
    await expect(loadConfig(broken)).rejects.toMatchObject({
      code: 'config-unreadable',
      exit: 2,
      message: expect.stringContaining('no way'),
    });
  });
});

it('the JSON Schema takes what the loader takes', async () => {
  const { $schema: _, ...schema } = await configJsonSchema();
  const validate = new Ajv2020({ strict: false }).compile(schema);
  expect(validate({ bisect: { target: 'tcc', oracle: ['gcc', { cc: 'clang' }], jobs: 2 } })).toBe(true);
  const tests = { suites: [{ glob: 't/*.sh', run: 'sh {}' }], fraction: '5%', budget: 60, seed: 7 };
  expect(validate({ tests })).toBe(true);
  expect(validate({ tests: { suites: [{ tool: 3 }] } })).toBe(false);
  expect(validate({ bisect: { tagret: 'tcc' } })).toBe(false);
  expect(validate({ bisect: { jobs: 0 } })).toBe(false);
});

describe('the nearest name', () => {
  it('is one that may have been meant', () => {
    expect(nearestName('tagret', ['target', 'test'])).toBe('target');
    expect(nearestName('Target', ['target', 'test'])).toBe('target');
    expect(nearestName('keep-wrok', ['keep-work', 'link'])).toBe('keep-work');
    expect(nearestName('zzz', ['target', 'test'])).toBeUndefined();
    expect(nearestName('x', [])).toBeUndefined();
  });

  it('is measured by a distance', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 8 }), fc.string({ maxLength: 8 }), (a, b) => {
        expect(editDistance(a, a)).toBe(0);
        expect(editDistance(a, b)).toBe(editDistance(b, a));
        expect(editDistance(a, b)).toBeLessThanOrEqual(Math.max(a.length, b.length));
        expect(editDistance(a, b)).toBeGreaterThanOrEqual(Math.abs(a.length - b.length));
      }),
    );
  });
});
