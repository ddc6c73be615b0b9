// Lua 5.4.4 with faults planted in some of its units, alone and in a set, for each number of jobs; and what the object store spares.

import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { needs } from '../kit/needs.ts';
import { bisect, certified, findings } from './bisection.ts';
import { LUA_UNITS, type Lua, prepareLua } from './lua.ts';
import { tarballOf } from './tarball.ts';

const tarball = tarballOf('lua5.4');

/** Fault tables, and what they make of the units: members joined by `+`, and the failure's kind. */
const PLANTED: Record<string, { readonly rows: readonly string[]; readonly found: Record<string, string> }> =
  {
    one: { rows: ['lvm.c luaV_mod swap-branch'], found: { 'lvm.c': 'wrong-output' } },
    two: {
      rows: ['ltablib.c auxsort swap-branch', 'lcorolib.c luaB_costatus crash segv'],
      found: { 'lcorolib.c': 'crash', 'ltablib.c': 'wrong-output' },
    },
    five: {
      rows: [
        'lmathlib.c math_fmod swap-branch',
        'liolib.c read_number swap-branch',
        'ldump.c dumpFunction crash segv',
        'lutf8lib.c codepoint crash segv',
        'lauxlib.c luaL_traceback crash segv',
      ],
      found: {
        'lauxlib.c': 'crash',
        'ldump.c': 'crash',
        'liolib.c': 'wrong-output',
        'lmathlib.c': 'wrong-output',
        'lutf8lib.c': 'crash',
      },
    },
    pair: {
      rows: ['ltablib.c sort crash set=pair', 'lstrlib.c str_gsub mark set=pair'],
      found: { 'lstrlib.c+ltablib.c': 'crash' },
    },
  };

describe.runIf(needs('gcc', 'make') && tarball !== undefined)('Lua with planted faults', () => {
  let lua: Lua;
  beforeAll(() => {
    lua = prepareLua(tarball!);
  });

  /** Bisects what table `name` plants; whose fault it is is asked once, of the pair. */
  const bisectTable = async (name: string, jobs: string) => {
    const { rows, found } = PLANTED[name]!;
    const report = await bisect(
      { ...lua.planted(name, ...rows), labels: name === 'pair' && jobs === '2' },
      '--jobs',
      jobs,
    );
    const culprits = Object.entries(found).map(([members, kind]) => ({
      members: members.split('+').map((unit) => `src/${unit}`),
      kind,
      label: 'miscompile',
    }));
    expect(findings(report)).toEqual({ verdict: 'culprits', culprits, rejected: [] });
    expect(certified(report)).toBe(true);
    expect(report.code).toBe(0);
    expect(report.stats.units).toBe(LUA_UNITS);
    return report.stats.compiles;
  };

  test('compiles a unit once a side, nothing the second time, and what was edited the third', async () => {
    const first = await bisectTable('one', '2');
    expect(first.target).toBe(LUA_UNITS);
    expect(first.oracle).toBeLessThanOrEqual(LUA_UNITS);
    expect(await bisectTable('one', '1')).toEqual({ target: 0, oracle: 0 });
    appendFileSync(join(lua.path('lua'), 'src', 'lctype.c'), '\nint edited_by_the_test = 1;\n');
    expect(await bisectTable('one', '8')).toEqual({ target: 1, oracle: 1 });
  });

  /** A pair for each number of jobs: a search that asks ahead must split it as one that doesn't. */
  const cases = [
    ...['2', '1', '8'].map((jobs) => ({ name: 'pair', jobs })),
    { name: 'five', jobs: '2' },
    { name: 'two', jobs: '8' },
  ];

  test.each(cases)('finds exactly those of table $name with $jobs jobs', async ({ name, jobs }) => {
    await bisectTable(name, jobs);
  });

  test('names functions of three units, one by itself and two that fail only together', async () => {
    const rows = [
      'lvm.c luaV_mod swap-branch',
      'lstrlib.c str_rep crash set=pair',
      'ldo.c luaD_call mark set=pair',
    ];
    const report = await bisect({ ...lua.planted('functions', ...rows), level: 'default' });
    expect(findings(report).culprits).toEqual([
      { members: ['src/ldo.c:luaD_call', 'src/lstrlib.c:str_rep'], kind: 'crash', label: 'miscompile' },
      { members: ['src/lvm.c:luaV_mod'], kind: 'wrong-output', label: 'miscompile' },
    ]);
    expect(certified(report)).toBe(true);
  });
});
