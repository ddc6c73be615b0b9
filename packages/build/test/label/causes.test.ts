// Which culprits have one cause? A fixture of many small functions, with operations that are wrong wherever they occur: seen in
// the code where the compilers are near, and in the operations where they are not.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { needs } from '../../../../test/kit/needs.ts';
import { codeDifferences, isNear } from '../../src/label/code-difference.js';
import { plainTypedefs, readOperations } from '../../src/label/operations.js';
import { project, session } from '../probe/project.js';

const FIXTURES = fileURLToPath(new URL('../../../../fixtures', import.meta.url));
const SOURCES = join(FIXTURES, 'programs', 'signals', 'src');
const SHIFTS = [
  ...[
    'clock:hours_of',
    'clock:half_minutes_of',
    'crc:crc_step',
    'crc:crc_high',
    'noise:noise_next',
    'pack:high_bits',
  ],
  ...[
    'pixel:red_of',
    'pixel:red_green_of',
    'pixel:dimmed',
    'route:subnet_of',
    'volume:halved',
    'volume:mixed',
  ],
];
const PRODUCTS = ['curve:gain', 'curve:area', 'filter:smoothed', 'filter:power_of', 'interest:grown'];
const QUOTIENTS = ['curve:middle', 'curve:ratio', 'interest:cents_of'];

/** A session on the fixture, with a target that plants these rows in the code of a compiler. */
async function planted(oracle: string, ...rows: string[]) {
  const files = Object.fromEntries(
    readdirSync(SOURCES).map((name) => [name, readFileSync(join(SOURCES, name), 'utf8')]),
  );
  const of = project({ files: { ...files, faults: `${rows.join('\n')}\n` }, arguments: ['-O1'] });
  const words = `env FAULTCC_ORACLE=${oracle} ${FIXTURES}/faultcc/faultcc -ffaults=${of.path('faults')}`;
  const target = of.compiler('target', { '.c': `exec ${words} -fno-omit-frame-pointer "$@"` });
  return session(of, { target, test: 'true' });
}

/** `clock:hours_of` as a culprit. */
function culprit(name: string) {
  const [file, fn] = name.split(':');
  return { id: name, units: [`${file}.c`], functions: [`${file}.c:${fn}`] };
}

const unitsOf = (names: readonly string[]) =>
  [...new Set(names.map((name) => `${name.split(':')[0]}.c`))].map((id) => ({ id, units: [id] }));

describe('where both compilers are near, the change in the code is the cause', () => {
  test('of twelve functions in seven units, as functions and as units', async () => {
    const opened = await planted('gcc', '*.c * every from=shrw to=sarw');
    const cause = { construct: 'shr r16 became sar r16', evidence: expect.stringContaining('12 of 12') };
    expect(await opened.causes(SHIFTS.map(culprit))).toEqual([{ ...cause, members: SHIFTS }]);
    const units = unitsOf(SHIFTS);
    expect(units.length).toBe(7);
    expect(await opened.causes(units)).toMatchObject([{ members: units.map(({ id }) => id) }]);
  });

  test('two faults are two causes, and a third of its own stays alone', async () => {
    const opened = await planted(
      'gcc',
      '*.c * every from=shrw to=sarw',
      '*.c * every from=mulsd to=addsd',
      'text.c digits_of constant from=9 to=8',
    );
    const cases = [...SHIFTS, ...PRODUCTS, 'text:digits_of'].map(culprit);
    expect(await opened.causes(cases)).toMatchObject([
      { construct: 'shr r16 became sar r16', members: SHIFTS },
      { construct: 'mulsd xmm became addsd xmm', members: PRODUCTS },
    ]);
  });

  test('faults that have nothing in common have no cause in common', async () => {
    const opened = await planted(
      'gcc',
      'text.c digits_of constant from=9 to=8',
      'range.c clamped swap-branch',
      'pack.c high_bits every from=shrw to=sarw',
    );
    expect(await opened.causes(['text:digits_of', 'range:clamped', 'pack:high_bits'].map(culprit))).toEqual(
      [],
    );
  });
});

describe.runIf(needs('clang'))(
  'where the compilers are unlike, the operation that culprits share is the cause',
  () => {
    test('and says which, and that nothing that passes has it', async () => {
      const opened = await planted('clang', '*.c * every from=mulsd to=addsd');
      expect(await opened.causes(PRODUCTS.map(culprit))).toEqual([
        {
          members: PRODUCTS,
          construct: expect.stringMatching(/^double \*/),
          evidence: expect.stringMatching(/^all contain: double \*.*; none of \d\d passing functions does/),
        },
      ]);
      expect(await opened.causes(['curve:gain', 'text:vowels_of'].map(culprit))).toEqual([]);
    });

    test('two faults are two causes', async () => {
      const opened = await planted(
        'clang',
        '*.c * every from=mulsd to=addsd',
        '*.c * every from=divsd to=subsd',
      );
      expect(await opened.causes([...PRODUCTS, ...QUOTIENTS].map(culprit))).toMatchObject([
        { members: PRODUCTS, construct: expect.stringMatching(/^double \*/) },
        { members: QUOTIENTS, construct: expect.stringMatching(/^double \//) },
      ]);
    });
  },
);

describe('code', () => {
  const code = (...lines: string[]) => new Map([['f', lines.map((line) => `  ${line}`)]]);
  const changes = (oracle: string[], target: string[]) => [
    ...codeDifferences(code(...oracle), code(...target)).get('f')!.features,
  ];

  test('differs not in registers, slots or labels', () => {
    expect(
      changes(
        ['mov %edi,%eax', 'mov %rsi,-0x8(%rbp)', 'jne .2', 'movsd .rodata+0x8(%rip),%xmm0'],
        ['mov %ecx,%r8d', 'mov %rdx,-0x18(%rbp)', 'jne .1', 'movsd .LC3(%rip),%xmm2'],
      ),
    ).toEqual([]);
  });

  test('differs in an instruction, whatever it is done to, or in a constant', () => {
    expect(changes(['mulsd 0x8(%rax,%rcx,8),%xmm1'], ['addsd %xmm0,%xmm1'])).toEqual([
      'mulsd xmm became addsd xmm',
    ]);
    expect(changes(['shrw $3,0x2(%rax,%rdx,2)'], ['sarw $3,0x2(%rax,%rdx,2)'])).toEqual([
      'shrw 0x2(r64,r64,2) became sarw 0x2(r64,r64,2)',
    ]);
    expect(changes(['add $0x5,%eax'], ['add $0x6,%eax'])).toEqual(['add $0x5,r32 became add $0x6,r32']);
    expect(changes(['ret'], ['push %rbx', 'ret'])).toEqual(['nothing became push r64']);
  });

  test('that has little in common tells nothing', () => {
    const other = Array.from({ length: 20 }, (_, i) => `op${i} %eax`);
    const difference = codeDifferences(code('ret'), code(...other)).get('f')!;
    expect(isNear(difference)).toBe(false);
    expect(difference.features.size).toBe(0);
  });
});

test('operations come with the types that the source gives their operands', () => {
  const dump = `u16 __GIMPLE (ssa)
f (u16 x, struct s * p, unsigned int n)
{
  int i;
  u16 y;
  short unsigned int _1;
  int _2;
  int _3;
  double _6;
  <unnamed-unsigned:5> _11;
  <unnamed-unsigned:5> _13;

  __BB(2):
  y_22 = x_21(D) >> 3;
  _1 = p_24(D)->a;
  _2 = (int) _1;
  _3 = _2 >> n_25(D);
  _6 = _6 * 2.0e+0;
  _13 = _11 + _Literal (<unnamed-unsigned:5>) 1;
  printf (p_24(D), _6);
  switch (i_9) {default: __BB3; }
  if (n_25(D) > n_25(D))
`;
  const found = readOperations(
    dump,
    plainTypedefs('typedef unsigned short u16;\ntypedef struct s { int a; } s;\n'),
  );
  expect([...found.keys()]).toEqual(['f']);
  for (const operation of [
    'unsigned short >> constant',
    'unsigned short >> unsigned int',
    'int >>',
    'unsigned short to int',
    'load of unsigned short',
    'double * constant',
    'unsigned field of 5 bits +',
    'call of printf',
    'double passed',
    'switch on int',
    'unsigned int > unsigned int',
  ])
    expect(found.get('f')).toContain(operation);
});
