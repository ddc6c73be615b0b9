// Writes a 64-bit little-endian relocatable ELF object: sections by name, each with its relocations, and the symbol table.

import { SECTION, SHF, SHT, STB, STT } from './elf-read.js';

export interface SectionDraft {
  readonly name: string;
  readonly type: number;
  readonly flags: number;
  readonly align: number;
  readonly entrySize: number;
  readonly size: number;
  /** Parts of its content and where they go; none for a section without content in the file. */
  readonly parts: readonly { readonly at: number; readonly bytes: Buffer }[];
  /** What fills the gaps. */
  readonly fill: number;
  readonly relocations: readonly RelocationDraft[];
}

export interface RelocationDraft {
  readonly offset: number;
  readonly type: number;
  /** A symbol of the draft, or a section, which then is meant itself. */
  readonly to: SymbolDraft | SectionDraft;
  readonly addend: number;
}

export interface SymbolDraft {
  readonly name: string;
  readonly binding: number;
  readonly type: number;
  readonly other: number;
  /** Where it is defined, or a reserved section number. */
  readonly section: SectionDraft | number;
  readonly value: number;
  readonly size: number;
}

const SYMBOL_BYTES = 24;
const RELOCATION_BYTES = 24;
const HEADER_BYTES = 64;

/** Lay the object out. Undefined where it has more sections than a plain header can count. */
export function writeElf(
  machine: number,
  sections: readonly SectionDraft[],
  symbols: readonly SymbolDraft[],
): Buffer | undefined {
  const related = sections.filter(({ relocations }) => relocations.length > 0);
  const count = 1 + sections.length + related.length + 3;
  if (count >= SECTION.firstReserved) return undefined;
  const numbers = new Map<SectionDraft | SymbolDraft, number>(sections.map((section, i) => [section, i + 1]));
  const names = new Strings();
  const locals = symbols.filter(({ binding }) => binding === STB.local);
  const globals = symbols.filter(({ binding }) => binding !== STB.local);
  const firstLocal = 1 + sections.length;
  const firstGlobal = firstLocal + locals.length;
  for (const [i, symbol] of [...locals, ...globals].entries()) numbers.set(symbol, firstLocal + i);
  const table = Buffer.alloc(SYMBOL_BYTES * (firstGlobal + globals.length));
  const put = (index: number, symbol: SymbolDraft) => {
    const at = SYMBOL_BYTES * index;
    table.writeUInt32LE(names.add(symbol.name), at);
    table[at + 4] = (symbol.binding << 4) | symbol.type;
    table[at + 5] = symbol.other;
    const { section } = symbol;
    table.writeUInt16LE(typeof section === 'number' ? section : numbers.get(section)!, at + 6);
    table.writeBigUInt64LE(BigInt(symbol.value), at + 8);
    table.writeBigUInt64LE(BigInt(symbol.size), at + 16);
  };
  for (const [i, section] of sections.entries())
    put(i + 1, { name: '', binding: STB.local, type: STT.section, other: 0, section, value: 0, size: 0 });
  for (const symbol of symbols) put(numbers.get(symbol)!, symbol);

  const file = new Layout(count);
  for (const section of sections) file.addSection(section);
  const symtab = count - 3;
  for (const section of related) {
    const bytes = relocationTable(section.relocations, numbers);
    file.add(
      `.rela${section.name}`,
      SHT.rela,
      SHF.infoLink,
      8,
      RELOCATION_BYTES,
      bytes,
      symtab,
      numbers.get(section)!,
    );
  }
  file.add('.symtab', SHT.symtab, 0, 8, SYMBOL_BYTES, table, symtab + 1, firstGlobal);
  file.add('.strtab', SHT.strtab, 0, 1, 0, names.bytes(), 0, 0);
  return file.finish(machine);
}

function relocationTable(
  relocations: readonly RelocationDraft[],
  numbers: ReadonlyMap<SectionDraft | SymbolDraft, number>,
): Buffer {
  const bytes = Buffer.alloc(RELOCATION_BYTES * relocations.length);
  for (const [i, { offset, type, to, addend }] of relocations.entries()) {
    const at = RELOCATION_BYTES * i;
    bytes.writeUInt32LE(offset, at);
    bytes.writeUInt32LE(type, at + 8);
    bytes.writeUInt32LE(numbers.get(to)!, at + 12);
    bytes.writeInt32LE(addend | 0, at + 16);
    bytes.writeInt32LE(Math.floor(addend / 0x1_0000_0000), at + 20);
  }
  return bytes;
}

class Strings {
  private readonly places = new Map<string, number>([['', 0]]);
  private readonly texts: string[] = [''];
  private length = 1;

  add(text: string): number {
    const known = this.places.get(text);
    if (known !== undefined) return known;
    const at = this.length;
    this.places.set(text, at);
    this.texts.push(text);
    this.length += text.length + 1;
    return at;
  }

  bytes(): Buffer {
    return Buffer.from(`${this.texts.join('\0')}\0`, 'latin1');
  }
}

/** The file as it grows: contents in their places, headers at the end. */
class Layout {
  private readonly parts: { at: number; bytes: Buffer; fill?: readonly [number, number] }[] = [];
  private readonly headers: Buffer;
  private readonly names = new Strings();
  private length = HEADER_BYTES;
  private added = 1;

  constructor(private readonly count: number) {
    this.headers = Buffer.alloc(HEADER_BYTES * count);
  }

  addSection({ name, type, flags, align, entrySize, size, parts, fill }: SectionDraft): void {
    const start = this.header(name, type, flags, align, entrySize, size, 0, 0);
    if (type === SHT.nobits) return;
    if (fill !== 0) this.parts.push({ at: start, bytes: Buffer.alloc(size, fill) });
    for (const { at, bytes } of parts) this.parts.push({ at: start + at, bytes });
    this.length = start + size;
  }

  add(
    name: string,
    type: number,
    flags: number,
    align: number,
    entrySize: number,
    bytes: Buffer,
    link: number,
    info: number,
  ): void {
    const start = this.header(name, type, flags, align, entrySize, bytes.length, link, info);
    this.parts.push({ at: start, bytes });
    this.length = start + bytes.length;
  }

  finish(machine: number): Buffer {
    const name = this.names.add('.shstrtab');
    const texts = this.names.bytes();
    const at = this.length;
    const h = this.headers.subarray(HEADER_BYTES * this.added);
    h.writeUInt32LE(name, 0);
    h.writeUInt32LE(SHT.strtab, 4);
    h.writeBigUInt64LE(BigInt(at), 24);
    h.writeBigUInt64LE(BigInt(texts.length), 32);
    h.writeBigUInt64LE(1n, 48);
    const table = Math.ceil((at + texts.length) / 8) * 8;
    const file = Buffer.alloc(table + this.headers.length);
    for (const part of this.parts) part.bytes.copy(file, part.at);
    texts.copy(file, at);
    this.headers.copy(file, table);
    file.write('\x7fELF\x02\x01\x01', 0, 'latin1');
    file.writeUInt16LE(1, 16);
    file.writeUInt16LE(machine, 18);
    file.writeUInt32LE(1, 20);
    file.writeBigUInt64LE(BigInt(table), 0x28);
    file.writeUInt16LE(HEADER_BYTES, 0x34);
    file.writeUInt16LE(HEADER_BYTES, 0x3a);
    file.writeUInt16LE(this.count, 0x3c);
    file.writeUInt16LE(this.added, 0x3e);
    return file;
  }

  private header(
    name: string,
    type: number,
    flags: number,
    align: number,
    entrySize: number,
    size: number,
    link: number,
    info: number,
  ): number {
    const start = Math.ceil(this.length / Math.max(1, align)) * Math.max(1, align);
    const h = this.headers.subarray(HEADER_BYTES * this.added++);
    h.writeUInt32LE(this.names.add(name), 0);
    h.writeUInt32LE(type, 4);
    h.writeBigUInt64LE(BigInt(flags), 8);
    h.writeBigUInt64LE(BigInt(start), 24);
    h.writeBigUInt64LE(BigInt(size), 32);
    h.writeUInt32LE(link, 40);
    h.writeUInt32LE(info, 44);
    h.writeBigUInt64LE(BigInt(align), 48);
    h.writeBigUInt64LE(BigInt(entrySize), 56);
    return start;
  }
}
