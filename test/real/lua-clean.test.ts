// Lua 5.4.4 with compilers that do nothing wrong in it. pcc without -O and tcc pass as they are, but tcc's objects of
// lapi.c and lobject.c (__va_arg) and lmathlib.c (__floatundidf) need its own runtime library at the link.

import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { trySelections } from '../bench/selections.mjs';
import { needs } from '../kit/needs.ts';
import { findings } from './bisection.ts';
import { LUA_UNITS, type Lua, prepareLua } from './lua.ts';
import { bisect } from './matrix.ts';
import { tarballOf } from './tarball.ts';

const tarball = tarballOf('lua5.4');
const NOTHING = { verdict: 'target-passes', culprits: [], rejected: [] };

/** Where tcc says that its runtime library is. */
function tccRuntime(): string {
  const said = execFileSync('tcc', ['-print-search-dirs'], { encoding: 'utf8' });
  const file = said
    .split('\n')
    .map((line) => line.trim())
    .find((line) => line.endsWith('libtcc1.a'));
  if (file === undefined || !existsSync(file)) throw new Error(`no libtcc1.a: ${said}`);
  return file;
}

describe.runIf(needs('gcc', 'make') && tarball !== undefined)('Lua with a compiler that is right', () => {
  let lua: Lua;
  beforeAll(() => {
    lua = prepareLua(tarball!);
  });

  test.runIf(needs('pcc'))('passes with pcc: exit 4', async () => {
    const report = await bisect(lua.job('pcc', { flags: '-w' }));
    expect(findings(report)).toEqual(NOTHING);
    expect(report.code).toBe(4);
    expect(report.stats.units).toBe(LUA_UNITS);
  });

  test.runIf(needs('tcc'))('passes with tcc and its runtime library: exit 4', async () => {
    const report = await bisect(lua.job('tcc', { make: `MYLIBS=${tccRuntime()}` }));
    expect(findings(report)).toEqual(NOTHING);
    expect(report.code).toBe(4);
  });

  test.runIf(needs('tcc'))('passes with any functions from tcc, told apart by their source', async () => {
    const { target, ...job } = lua.job('tcc', { make: `MYLIBS=${tccRuntime()}` });
    const sides = { target: { command: target, flags: [] }, oracle: { command: 'gcc', flags: [] } };
    const result = await trySelections(job, sides, 5);
    expect(result).toMatchObject({ pass: 5, fail: [], unresolved: [] });
    expect(result.functions).toBeGreaterThan(1000);
  });

  test.runIf(needs('tcc'))('finds by linking alone which units of tcc want its runtime library', async () => {
    const report = await bisect(lua.job('tcc'));
    const units = ['src/lapi.c', 'src/lmathlib.c', 'src/lobject.c'];
    expect(findings(report)).toEqual({
      verdict: 'culprits',
      culprits: units.map((unit) => ({ members: [unit], kind: 'link', label: 'link' })),
      rejected: [],
    });
    const together = report.culprits.filter(({ group }) => group?.construct.endsWith("`__va_arg'"));
    expect(together.flatMap(({ members }) => members)).toEqual(['src/lapi.c', 'src/lobject.c']);
    expect(report.code).toBe(0);
  });
});
