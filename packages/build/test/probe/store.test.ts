// The object store across sessions: what is known is never compiled again, what changed is, and what is damaged is made anew.

import { execFileSync } from 'node:child_process';
import { chmodSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { callee, callers, judgement, outcome, type Project, project, session } from './project.js';

const files = {
  'main.c': `#include "numbers.h"\n${callers('b', 'c')}`,
  'numbers.h': '#define ONE 1\n',
  'b.c': `#include "numbers.h"\n${callee('b', 1)}\nint one = ONE;\n`,
  'c.c': callee('c', 2),
};

const compiles = async (of: Project, target: string, flags: readonly string[] = []) => {
  const opened = await session(of, { target: { command: target, flags } });
  const { target: count } = opened.stats.compiles;
  await opened.close();
  return count;
};

for (const command of ['gcc', 'tcc', 'clang', 'pcc'])
  test(`a second run compiles nothing, an edit only what it touches: ${command}`, async () => {
    const of = project({ files, arguments: ['-Wall'] });
    const flags = ['-O1'];
    expect(await compiles(of, command, flags)).toBe(3);
    expect(await compiles(of, command, flags)).toBe(0);
    of.write('c.c', callee('c', 3));
    expect(await compiles(of, command, flags)).toBe(1);
    of.write('numbers.h', '#define ONE 2\n');
    // main.c preprocesses to the same text as before: only b.c uses the macro.
    expect(await compiles(of, command, flags)).toBe(1);
    of.write('c.c', callee('c', 2));
    expect(await compiles(of, command, flags)).toBe(0);
    expect(await compiles(of, command, [...flags, '-DX=1'])).toBe(3);
  });

test('a header that comes to lie earlier in the search order counts', async () => {
  const of = project({
    files: {
      'main.c': '#include <value.h>\nint main(void) { return VALUE; }\n',
      'late/value.h': '#define VALUE 0\n',
      'early/x.h': '',
    },
    arguments: ['-Iearly', '-Ilate'],
  });
  expect(await compiles(of, 'gcc', ['-O1'])).toBe(1);
  expect(await compiles(of, 'gcc', ['-O1'])).toBe(0);
  of.write('early/value.h', '#define VALUE 1\n');
  expect(await compiles(of, 'gcc', ['-O1'])).toBe(1);
});

test('a changed compiler makes everything anew', async () => {
  const of = project({ files });
  expect(await compiles(of, of.compiler('cc', {}))).toBe(3);
  expect(await compiles(of, of.compiler('cc', { 'c.c': '-DBUG' }))).toBe(3);
  expect(await compiles(of, of.compiler('cc', {}))).toBe(0);
});

test('rejected units are known the second time as well', async () => {
  const of = project({ files });
  const target = of.compiler('cc', {
    'main.c': '-DBUG -include nowhere.h',
    'b.c': 'echo "b.c:1: warning: odd" >&2; echo "b.c:2: error: too hard" >&2; exit 1',
    'c.c': 'kill -SEGV $$',
  });
  const first = await session(of, { target });
  const again = await session(of, { target });
  expect(again.rejected).toEqual(first.rejected);
  expect([first.stats.compiles.target, again.stats.compiles.target]).toEqual([3, 0]);
  expect(first.rejected).toMatchObject([
    { unit: 'main.c', stage: 'compile', reason: expect.stringContaining('nowhere.h') },
    {
      unit: 'b.c',
      stage: 'compile',
      reason: 'b.c:2: error: too hard',
      command: expect.arrayContaining([target, 'b.c', '-c']),
    },
    { unit: 'c.c', stage: 'crash', reason: expect.stringContaining('SIGSEGV') },
  ]);
  expect(first.units).toEqual([]);
});

test('each way not to make an object has its stage', async () => {
  const of = project({ files });
  const stage = async (fault: string) =>
    (await session(of, { target: of.compiler('cc', { 'c.c': fault }) })).rejected[0];
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the shell expands it
  expect(await stage('eval "o=\\${$#}"; echo text >"$o"; exit 0')).toMatchObject({ stage: 'assemble' });
  expect(await stage('exit 0')).toMatchObject({
    stage: 'assemble',
    reason: expect.stringContaining('no object'),
  });
  expect(
    await stage(
      'echo "/tmp/x.s: Assembler messages:" >&2; echo "/tmp/x.s:12: Error: no such instruction" >&2; exit 1',
    ),
  ).toMatchObject({
    stage: 'assemble',
    reason: '/tmp/x.s:12: Error: no such instruction',
  });
  expect(await stage('echo "cc1: internal compiler error: in foo" >&2; exit 4')).toMatchObject({
    stage: 'crash',
  });
  expect(
    await stage('echo "c.c, line 3: warning: w" >&2; echo "c.c, line 4: syntax error" >&2; exit 1'),
  ).toMatchObject({
    stage: 'compile',
    reason: 'c.c, line 4: syntax error',
  });
});

test('rejected units stay with the oracle', async () => {
  const of = project({ files });
  const opened = await session(of, {
    target: of.compiler('cc', { 'c.c': 'exit 1', 'b.c': '-DBUG' }),
    test: 'test "$(./prog | head -1)" = 1',
  });
  expect(opened.units.map((unit) => unit.id)).toEqual(['main.c', 'b.c']);
  expect(await outcome(opened, 'main.c')).toEqual({ kind: 'pass' });
  expect(await outcome(opened, 'main.c', 'b.c')).toMatchObject({ failure: 'exit' });
});

test('units with the same object on both sides are out from the start', async () => {
  const of = project({ files });
  const opened = await session(of, { target: 'gcc' });
  expect([opened.identical, opened.units]).toEqual([3, []]);
  const commented = await session(of, { target: { command: 'gcc', flags: ['-fno-ident'] } });
  expect(commented.identical).toBeLessThanOrEqual(3);
});

test('damaged objects and entries are made anew', async () => {
  const of = project({ files });
  expect(await compiles(of, 'gcc', ['-O1'])).toBe(3);
  const all = (folder: string) =>
    execFileSync('find', [of.path(`.swarm/store/${folder}`), '-type', 'f'], { encoding: 'utf8' })
      .trim()
      .split('\n');
  for (const blob of all('blobs')) {
    chmodSync(blob, 0o644);
    truncateSync(blob, Math.floor(statSync(blob).size / 2));
  }
  expect(await compiles(of, 'gcc', ['-O1'])).toBe(3);
  for (const entry of all('entries')) writeFileSync(entry, readFileSync(entry, 'utf8').slice(0, -3));
  expect(await compiles(of, 'gcc', ['-O1'])).toBe(3);
  for (const manifest of all('manifests')) writeFileSync(manifest, 'x');
  expect(await compiles(of, 'gcc', ['-O1'])).toBe(0);
});

test('without kept objects the oracle compiles as well, once', async () => {
  const of = project({ files });
  const units = of.plan.units.map(({ oracleObject: _, ...unit }) => unit);
  const database = { ...of, plan: { ...of.plan, units, oracleCompiles: 0 } };
  const first = await session(database, { target: of.compiler('cc', { 'c.c': '-DBUG' }) });
  const again = await session(database, { target: of.compiler('cc', { 'c.c': '-DBUG' }) });
  expect(first.stats.compiles).toMatchObject({ target: 3, oracle: 3 });
  expect(again.stats.compiles).toMatchObject({ target: 0, oracle: 0 });
  expect((await again.baseline()).differing).toEqual([]);
});

test('two sessions at once in one folder get along', async () => {
  const of = project({ files: { ...files, expected: '1\n2\n' } });
  const expectStdout = of.path('expected');
  const [one, two] = await Promise.all([
    session(of, { target: of.compiler('cc1', { 'c.c': '-DBUG' }), expectStdout }),
    session(of, { target: of.compiler('cc2', { 'b.c': '-DBUG' }), expectStdout }),
  ]);
  const outcomes = await Promise.all([
    ...['b.c', 'c.c'].map((id) => outcome(one, id)),
    ...['b.c', 'c.c'].map((id) => outcome(two, id)),
  ]);
  expect(outcomes.map(({ kind }) => kind)).toEqual(['pass', 'fail', 'fail', 'pass']);
  expect(readdirSync(join(of.root, '.swarm/work')).length).toBe(2);
});

test('a missing or unusable compiler is said', async () => {
  const of = project({ files });
  await expect(session(of, { target: 'no-such-cc' })).rejects.toMatchObject({ code: 'no-compiler', exit: 3 });
  await expect(session(of, { target: of.write('plain', '') })).rejects.toMatchObject({
    code: 'compiler-not-executable',
  });
});

test('undefined behaviour is told from a miscompile by other compilers', async () => {
  const of = project({
    files: {
      'main.c': callers('b', 'c'),
      'b.c': callee('b', 1),
      'c.c': '#ifdef __OPTIMIZE__\nint c(void) { return 9; }\n#else\nint c(void) { return 2; }\n#endif\n',
      expected: '1\n2\n',
    },
  });
  const opened = await session(of, {
    target: of.compiler('cc', { 'b.c': '-DBUG' }),
    expectStdout: of.path('expected'),
    witnesses: [{ command: 'clang', flags: [] }],
  });
  expect(await judgement(opened, { units: ['b.c'] })).toMatchObject({
    label: 'miscompile',
    evidence: expect.stringContaining('clang'),
  });
  expect(await judgement(opened, { units: ['c.c'] })).toMatchObject({
    label: 'undefined',
    evidence: expect.stringContaining('-O2'),
  });
  expect(opened.stats.compiles).toMatchObject({ target: 3, oracle: 3 });
});
