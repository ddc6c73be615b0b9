// `swarm verify`: red, green or inconclusive, by its exit status and its first line.

import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { afterAll, describe, expect, test } from 'vitest';
import { copyProgram, type Program } from '../kit/program.ts';
import { swarm } from '../kit/swarm.ts';

const schema = new URL('../../docs/schemas/swarm.verification.1.json', import.meta.url);
const isVerification = new Ajv({ allErrors: true }).compile(JSON.parse(readFileSync(schema, 'utf8')));

interface Verification {
  readonly verdict: string;
  readonly failing?: readonly string[];
  readonly outcome?: { readonly kind: string };
  readonly rejected: readonly { readonly unit: string }[];
  readonly stats: { readonly compiles: { readonly target: number; readonly oracle: number } };
}

async function verify(program: Program, ...args: string[]) {
  const ended = await swarm(['verify', '--json', ...args], { cwd: program.dir });
  const document = ended.json<Verification>();
  if (ended.code !== 2) expect(isVerification(document), JSON.stringify(isVerification.errors)).toBe(true);
  return { code: ended.code, ...document };
}

describe('verifying members', () => {
  const calc = copyProgram('calc');
  const plant = (table: string) => calc.write('faults', calc.read(table));
  afterAll(() => calc.remove());

  test('compiles nothing by the target but the members', async () => {
    const found = await verify(calc, 'src/units.c');
    expect(found).toMatchObject({ code: 1, verdict: 'red', outcome: { kind: 'exit' } });
    expect(found.stats.compiles).toMatchObject({ target: 1 });
    const again = await verify(calc, 'src/units.c');
    expect(again.stats.compiles).toEqual({ target: 0, oracle: 0 });
  });

  test('is green for what is right, and for one member of a set', async () => {
    expect(await verify(calc, 'src/lex.c')).toMatchObject({ code: 0, verdict: 'green' });
    expect(await verify(calc, 'src/define.c')).toMatchObject({ code: 0, verdict: 'green' });
    expect(await verify(calc, 'src/define.c', 'src/scope.c')).toMatchObject({
      code: 1,
      outcome: { kind: 'crash' },
    });
  });

  test('names the first error of what the target rejects', async () => {
    const ended = await swarm(['verify', 'src/factor.c', 'src/lex.c'], { cwd: calc.dir });
    expect(ended.stdout).toMatch(
      /^RED src\/factor\.c: rejected: src\/factor\.c:14: error: sorry, unimplemented/,
    );
    expect(ended.code).toBe(1);
  });

  test('is red for what does not link, alone or together', async () => {
    plant('tables/link');
    expect(await verify(calc, 'src/text.c')).toMatchObject({ code: 1, outcome: { kind: 'link' } });
    expect(await verify(calc, 'src/scope.c', 'src/builtin.c')).toMatchObject({
      code: 1,
      outcome: { kind: 'link' },
    });
  });

  test('is red for what does not come back, and for what fails now and then', async () => {
    plant('tables/hang');
    expect(await verify(calc, '--probe-timeout', '1', 'src/define.c')).toMatchObject({
      code: 1,
      outcome: { kind: 'hang' },
    });
    plant('tables/noise');
    expect(await verify(calc, '--repeat', '20', 'src/units.c')).toMatchObject({ code: 1, verdict: 'red' });
  });

  test('says nothing when the test fails with the oracle alone', async () => {
    expect(await verify(calc, '--test', 'exit 1', 'src/lex.c')).toMatchObject({
      code: 5,
      verdict: 'inconclusive',
    });
  });

  test('of a slip is a usage error that names the nearest unit', async () => {
    const ended = await swarm(['verify', 'src/unit.c'], { cwd: calc.dir });
    expect(ended).toMatchObject({ code: 2, stdout: '' });
    expect(ended.stderr).toMatch(/did you mean src\/units\.c\?/);
    const nothing = await swarm(['verify', 'src/units.c:no_such_function'], { cwd: calc.dir });
    expect(nothing).toMatchObject({ code: 2 });
    expect(nothing.stderr).toMatch(/no_such_function: src\/units\.c has none/);
    expect(await swarm(['verify'], { cwd: calc.dir })).toMatchObject({ code: 2 });
  });
});

test('a pair that disagrees about an interface is red, though it passes together', async () => {
  const records = copyProgram('records');
  const { members } = records.expected.culprits.find(({ label }) => label === 'boundary')!;
  const found = await verify(records, ...members);
  expect(found).toMatchObject({ code: 1, verdict: 'red' });
  expect(found.failing).toHaveLength(1);
  records.remove();
});
