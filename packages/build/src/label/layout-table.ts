// What a compiler makes of types, read from an object that it wrote: a table of sizes, alignments and offsets as initialised data,
// and an object of each bit-field with all its bits set. Needs no debug information and runs nothing, so that it works
// with any compiler of C. Pure.

import type { DefinedType } from './types.js';

/** One number of the table. */
interface Row {
  /** What it is, for people: `struct entry`, `entry.day`, `long double`. */
  readonly of: string;
  /** `N bytes`, `at offset N`, `aligned to N`. */
  readonly unit: 'bytes' | 'offset' | 'alignment' | 'value';
  readonly expression: string;
}

export interface LayoutTable {
  /** C to put behind a unit's text. */
  readonly source: string;
  readonly rows: readonly Row[];
  readonly bits: readonly string[];
}

/** A table as an object holds it. */
export interface LayoutValues {
  readonly numbers: readonly bigint[];
  /** The bytes of a struct with one bit-field set, in hexadecimal. */
  readonly bits: readonly string[];
}

const HEAD = [0x7377_6172_6d01_a5c3n, 0x9be2_514f_6c61_796fn];
/** Bytes that mark the object of bit-field number N; N follows in two bytes. */
const BITS = Buffer.from('5ee1b17f1e1d5ca1a1c5d1e1f71b', 'hex');

/** The basic facts of a compiler that units rely on without any declaration of their own. */
const FACTS: readonly Row[] = [
  ...['short', 'int', 'long', 'long long', 'float', 'double', 'long double', 'void *', '_Bool'].map(
    (type): Row => ({ of: type, unit: 'bytes', expression: `sizeof(${type})` }),
  ),
  ...['double', 'long long', 'long double'].map(
    (type): Row => ({ of: type, unit: 'alignment', expression: alignment(type) }),
  ),
  { of: 'enum', unit: 'bytes', expression: 'sizeof(enum swarm_small)' },
  { of: 'wchar_t', unit: 'bytes', expression: "sizeof(L'x')" },
  { of: 'char as a number, all bits set', unit: 'value', expression: '((char)-1 < 0) ? 255 : 1' },
  { of: 'struct { char c; int b : 7; }', unit: 'bytes', expression: 'sizeof(struct { char c; int b : 7; })' },
  {
    of: 'struct { int a : 17, b : 17; }',
    unit: 'bytes',
    expression: 'sizeof(struct { int a : 17; int b : 17; })',
  },
];

/** A table of the types; `withBits` false leaves out the values of bit-fields. */
export function layoutTable(types: readonly DefinedType[], withBits: boolean): LayoutTable {
  const rows = [...FACTS, ...types.flatMap(rowsOf)];
  const fields = withBits
    ? types.flatMap(({ name, members }) =>
        members.filter((member) => member.isBitField).map((member) => ({ name, member })),
      )
    : [];
  const bits = fields.map(({ name, member }) => `${name}.${member.name}`);
  const objects = fields.map(
    ({ name, member }, i) =>
      `const struct { unsigned char mark[16]; ${name} value; } swarm_bits_${i} = { { ${bytes(i)} }, { .${member.name} = -1 } };`,
  );
  const order = 'const struct { unsigned char mark[16]; struct { unsigned a : 3; unsigned b : 5; } value; }';
  const lines = [
    'enum swarm_small { swarm_zero, swarm_one };',
    `const unsigned long long swarm_table[] = {`,
    [...HEAD, BigInt(rows.length)].map((n) => `0x${n.toString(16)}ULL,`).join(' '),
    ...rows.map(({ expression }) => `(unsigned long long)(${expression}),`),
    '0 };',
    ...objects,
    `${order} swarm_bits_${fields.length} = { { ${bytes(fields.length)} }, { 5, 9 } };`,
  ];
  return { source: `\n${lines.join('\n')}\n`, rows, bits: [...bits, 'the order of bit-fields'] };
}

function rowsOf({ name, members }: DefinedType): Row[] {
  return [
    { of: name, unit: 'bytes', expression: `sizeof(${name})` },
    { of: name, unit: 'alignment', expression: alignment(name) },
    ...members
      .filter(({ isBitField }) => !isBitField)
      .map(
        (member): Row => ({
          of: `${name}.${member.name}`,
          unit: 'offset',
          expression: `(unsigned long)&((${name} *)0)->${member.name}`,
        }),
      ),
  ];
}

function alignment(type: string): string {
  return `(unsigned long)&((struct { char c; ${type} t; } *)0)->t`;
}

const bytes = (number: number): string =>
  [...BITS, number & 255, number >> 8].map((byte) => String(byte)).join(', ');

/** The values in an object, or undefined where the table isn't there. Both byte orders. */
export function readLayout(object: Buffer, table: LayoutTable): LayoutValues | undefined {
  for (const big of [false, true]) {
    const start = object.indexOf(encoded(HEAD, big));
    if (start < 0) continue;
    const at = (i: number) =>
      big ? object.readBigUInt64BE(start + 8 * i) : object.readBigUInt64LE(start + 8 * i);
    if (at(2) !== BigInt(table.rows.length)) continue;
    const numbers = table.rows.map((_, i) => at(3 + i));
    return {
      numbers,
      bits: table.bits.map((name, i) => {
        const [size, aligned] = [
          rowOf(name, 'bytes', table, numbers),
          rowOf(name, 'alignment', table, numbers),
        ];
        return bitsOf(object, i, size, aligned);
      }),
    };
  }
  return undefined;
}

/** A row's number for the type that a bit-field lies in; 1 for those that have no row. */
function rowOf(field: string, unit: Row['unit'], { rows }: LayoutTable, numbers: readonly bigint[]): number {
  const type = field.slice(0, field.lastIndexOf('.'));
  const row = rows.findIndex((one) => one.of === type && one.unit === unit);
  return row < 0 ? 1 : Math.max(1, Number(numbers[row]));
}

/** The bytes behind a mark of 16 bytes, from where the alignment lets a value begin. */
function bitsOf(object: Buffer, number: number, size: number, aligned: number): string {
  const mark = Buffer.concat([BITS, Buffer.from([number & 255, number >> 8])]);
  const start = object.indexOf(mark);
  if (start < 0 || size > 4096) return 'absent';
  const value = start + Math.ceil(mark.length / aligned) * aligned;
  return object.subarray(value, value + size).toString('hex');
}

function encoded(numbers: readonly bigint[], big: boolean): Buffer {
  const buffer = Buffer.alloc(8 * numbers.length);
  for (const [i, number] of numbers.entries())
    if (big) buffer.writeBigUInt64BE(number, 8 * i);
    else buffer.writeBigUInt64LE(number, 8 * i);
  return buffer;
}

/** One difference, for people, and the type or fact that it is about. */
export interface LayoutDifference {
  readonly of: string;
  readonly text: string;
}

/** What the two sides' tables differ in, in the order of the table: of each type its size first. */
export function layoutDifferences(
  { rows, bits }: LayoutTable,
  oracle: LayoutValues,
  target: LayoutValues,
): LayoutDifference[] {
  const found: LayoutDifference[] = [];
  for (const [i, row] of rows.entries()) {
    const [left, right] = [oracle.numbers[i]!, target.numbers[i]!];
    const isTold = row.unit === 'alignment' && found.some(({ of }) => of === row.of);
    if (left !== right && !isTold) found.push({ of: typeOf(row.of, rows), text: worded(row, left, right) });
  }
  for (const [i, name] of bits.entries()) {
    const [left, right] = [oracle.bits[i]!, target.bits[i]!];
    if (left !== right && left !== 'absent' && right !== 'absent' && left.length === right.length)
      found.push({ of: typeOf(name, rows), text: `${name} lies in other bits` });
  }
  return found;
}

/** The type that a row of a member belongs to. */
function typeOf(name: string, rows: readonly Row[]): string {
  if (rows.some(({ of, unit }) => of === name && unit === 'bytes')) return name;
  return name.includes('.') ? name.slice(0, name.lastIndexOf('.')) : name;
}

function worded({ of, unit }: Row, oracle: bigint, target: bigint): string {
  switch (unit) {
    case 'bytes':
      return `${of} has ${oracle} bytes by the oracle and ${target} by the target`;
    case 'offset':
      return `${of} at offset ${oracle} by the oracle and ${target} by the target`;
    case 'alignment':
      return `${of} aligned to ${oracle} by the oracle and ${target} by the target`;
    case 'value':
      return `${of} is ${oracle === 255n ? 'negative' : 'positive'} by the oracle and not by the target`;
  }
}
