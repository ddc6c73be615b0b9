// Reads 64-bit little-endian relocatable ELF objects: sections, symbols and relocations with addends.

export interface ElfSymbol {
  readonly name: string;
  /** STB_LOCAL 0, STB_GLOBAL 1, STB_WEAK 2. */
  readonly binding: number;
  readonly type: number;
  readonly other: number;
  /** Section number, or one of `SECTION`. */
  readonly section: number;
  readonly value: number;
  readonly size: number;
}

export interface ElfRelocation {
  readonly offset: number;
  readonly type: number;
  readonly symbol: ElfSymbol;
  readonly addend: number;
}

export interface ElfSection {
  readonly name: string;
  readonly type: number;
  readonly flags: number;
  readonly align: number;
  readonly entrySize: number;
  readonly size: number;
  /** Empty for a section without content in the file. */
  readonly content: Buffer;
  readonly relocations: readonly ElfRelocation[];
  /** Number of another section that this one is about, by type. */
  readonly link: number;
}

export interface ElfObject {
  readonly machine: number;
  readonly sections: readonly ElfSection[];
  readonly symbols: readonly ElfSymbol[];
}

export const SECTION = { undefined: 0, firstReserved: 0xff00, absolute: 0xfff1, common: 0xfff2 } as const;
export const SHT = {
  progbits: 1,
  symtab: 2,
  strtab: 3,
  rela: 4,
  nobits: 8,
  rel: 9,
  group: 17,
  indexes: 18,
} as const;
export const SHF = {
  write: 1,
  alloc: 2,
  code: 4,
  merge: 16,
  infoLink: 0x40,
  linkOrder: 0x80,
  group: 0x200,
  tls: 0x400,
} as const;
export const STB = { local: 0, global: 1, weak: 2 } as const;
export const STT = {
  none: 0,
  object: 1,
  func: 2,
  section: 3,
  file: 4,
  common: 5,
  tls: 6,
  ifunc: 10,
} as const;

const HEADER_BYTES = 64;

interface Raw extends Omit<ElfSection, 'relocations'> {
  readonly info: number;
}

/** Undefined for any other kind of file, and for one that contradicts itself. */
export function readElf(file: Buffer): ElfObject | undefined {
  const isOurs =
    file.length >= HEADER_BYTES && file.readUInt32BE(0) === 0x7f454c46 && file[4] === 2 && file[5] === 1;
  if (!isOurs || file.readUInt16LE(16) !== 1) return undefined;
  const raws = readSections(file);
  const table = raws?.find(({ type }) => type === SHT.symtab);
  if (raws === undefined || raws.some(({ type }) => type === SHT.indexes)) return undefined;
  const symbols = table === undefined ? [] : readSymbols(table.content, raws[table.link]!.content);
  const relocations: ElfRelocation[][] = raws.map(() => []);
  for (const { type, info, content } of raws) {
    if (type === SHT.rel) return undefined;
    if (type === SHT.rela) relocations[info] = readRelocations(content, symbols);
  }
  const sections = raws.map(({ info: _, ...section }, i) => ({ ...section, relocations: relocations[i]! }));
  return { machine: file.readUInt16LE(18), sections, symbols };
}

function readSections(file: Buffer): Raw[] | undefined {
  const at = Number(file.readBigUInt64LE(0x28));
  const count =
    file.readUInt16LE(0x3c) || (at + HEADER_BYTES <= file.length ? Number(file.readBigUInt64LE(at + 32)) : 0);
  const names = file.readUInt16LE(0x3e);
  if (at + HEADER_BYTES * count > file.length || count >= SECTION.firstReserved) return undefined;
  const header = (i: number) => file.subarray(at + HEADER_BYTES * i, at + HEADER_BYTES * (i + 1));
  const content = (h: Buffer) => {
    const offset = Number(h.readBigUInt64LE(24));
    return h.readUInt32LE(4) === SHT.nobits
      ? file.subarray(0, 0)
      : file.subarray(offset, offset + Number(h.readBigUInt64LE(32)));
  };
  const texts = content(header(names));
  return Array.from({ length: count }, (_, i) => {
    const h = header(i);
    return {
      name: textAt(texts, h.readUInt32LE(0)),
      type: h.readUInt32LE(4),
      flags: Number(h.readBigUInt64LE(8)),
      size: Number(h.readBigUInt64LE(32)),
      link: h.readUInt32LE(40),
      info: h.readUInt32LE(44),
      align: Number(h.readBigUInt64LE(48)),
      entrySize: Number(h.readBigUInt64LE(56)),
      content: content(h),
    };
  });
}

function readSymbols(table: Buffer, names: Buffer): ElfSymbol[] {
  const symbols: ElfSymbol[] = [];
  for (let at = 0; at + 24 <= table.length; at += 24) {
    const info = table[at + 4]!;
    symbols.push({
      name: textAt(names, table.readUInt32LE(at)),
      binding: info >> 4,
      type: info & 15,
      other: table[at + 5]!,
      section: table.readUInt16LE(at + 6),
      value: Number(table.readBigUInt64LE(at + 8)),
      size: Number(table.readBigUInt64LE(at + 16)),
    });
  }
  return symbols;
}

function readRelocations(table: Buffer, symbols: readonly ElfSymbol[]): ElfRelocation[] {
  const relocations: ElfRelocation[] = [];
  for (let at = 0; at + 24 <= table.length; at += 24) {
    relocations.push({
      offset: Number(table.readBigUInt64LE(at)),
      type: table.readUInt32LE(at + 8),
      symbol: symbols[table.readUInt32LE(at + 12)]!,
      addend: table.readUInt32LE(at + 16) + table.readInt32LE(at + 20) * 0x1_0000_0000,
    });
  }
  return relocations;
}

const textAt = (table: Buffer, at: number): string => table.toString('latin1', at, table.indexOf(0, at));
