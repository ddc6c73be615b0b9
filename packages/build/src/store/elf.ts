// What we need to know of ELF files: is this a relocatable object at all, and are two of them the same but for the
// `.comment` section, in which compilers write their own name. Little- and big-endian, 32 and 64 bits.

interface Section {
  readonly name: string;
  readonly type: number;
  /** Everything in the section's header but where its name and content lie in the file. */
  readonly facts: string;
  readonly content: Buffer;
}

const RELOCATABLE = 1;
const NO_BITS = 8;

/** An ELF file with something in it. LTO bytecode counts; a text file, an empty file or an archive doesn't. */
export function isObject(file: Buffer): boolean {
  return file.length >= 52 && file.readUInt32BE(0) === 0x7f454c46 && half(file, 16) === RELOCATABLE;
}

/** Same sections with the same content in the same order, `.comment` aside: such objects link to the same program. */
export function sameObject(a: Buffer, b: Buffer): boolean {
  if (a.equals(b)) return true;
  if (!isObject(a) || !isObject(b) || !a.subarray(0, 20).equals(b.subarray(0, 20))) return false;
  const left = sections(a);
  const right = sections(b);
  if (left === undefined || right === undefined || left.length !== right.length) return false;
  return left.every((section, i) => sameSection(section, right[i]!));
}

function sameSection(a: Section, b: Section): boolean {
  if (a.name !== b.name || a.type !== b.type) return false;
  return a.name === '.comment' || (a.facts === b.facts && a.content.equals(b.content));
}

/** All sections, or undefined for a file that contradicts itself. */
function sections(file: Buffer): Section[] | undefined {
  const wide = file[4] === 2;
  const at = wide ? Number(long(file, 0x28)) : word(file, 0x20);
  const size = half(file, wide ? 0x3a : 0x2e);
  const count = half(file, wide ? 0x3c : 0x30);
  const names = half(file, wide ? 0x3e : 0x32);
  if (size === 0 || at + size * count > file.length || names >= count) return undefined;
  const headers = Array.from({ length: count }, (_, i) => header(file, at + i * size, wide));
  const table = headers[names]!;
  const result: Section[] = [];
  for (const { nameAt, type, offset, length, facts } of headers) {
    const stored = type === NO_BITS ? 0 : length;
    if (offset + stored > file.length) return undefined;
    const start = table.offset + nameAt;
    const name = file.toString('latin1', start, Math.max(start, file.indexOf(0, start)));
    result.push({ name, type, facts, content: file.subarray(offset, offset + stored) });
  }
  return result;
}

function header(file: Buffer, at: number, wide: boolean) {
  const field = (i: number) => (wide ? long(file, at + i) : BigInt(word(file, at + i)));
  const [flags, offset, size] = wide ? [field(8), field(24), field(32)] : [field(8), field(16), field(20)];
  const [link, info] = wide
    ? [word(file, at + 40), word(file, at + 44)]
    : [word(file, at + 24), word(file, at + 28)];
  const [align, entry] = wide ? [field(48), field(56)] : [field(32), field(36)];
  return {
    nameAt: word(file, at),
    type: word(file, at + 4),
    offset: Number(offset),
    length: Number(size),
    facts: [flags, size, link, info, align, entry].join(','),
  };
}

const little = (file: Buffer): boolean => file[5] === 1;
const half = (file: Buffer, at: number): number =>
  little(file) ? file.readUInt16LE(at) : file.readUInt16BE(at);
const word = (file: Buffer, at: number): number =>
  little(file) ? file.readUInt32LE(at) : file.readUInt32BE(at);
const long = (file: Buffer, at: number): bigint =>
  little(file) ? file.readBigUInt64LE(at) : file.readBigUInt64BE(at);
