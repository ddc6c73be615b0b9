// One side of a unit as pieces: what the assembler made of a text by `splitAssembly`, with who refers to whom. Names that are
// global in it are the names by which pieces of both sides know each other; everything else is private to the side.

import { NOTES_SECTION, PIECE_SYMBOL, type SplitNotes } from './assembly-text.js';
import {
  type ElfObject,
  type ElfRelocation,
  type ElfSection,
  type ElfSymbol,
  readElf,
  SECTION,
  SHF,
  SHT,
  STB,
  STT,
} from './elf-read.js';
import { type UnwindEntry, unwindEntries } from './unwind.js';

/** Something that goes into the object as a whole or not at all. */
export interface Piece {
  readonly section: ElfSection;
  /** Names that it defines. */
  readonly names: readonly ElfSymbol[];
  /** Symbols of its own that relocations name. */
  readonly locals: readonly ElfSymbol[];
  readonly unwind: readonly UnwindEntry[];
  /** Pieces of the same side that it can't be without, by number. */
  readonly needs: readonly number[];
  /** Names that it refers to. */
  readonly uses: readonly string[];
  /** Nothing leads to it: it is there for its own sake. */
  readonly isLoose: boolean;
  readonly isCode: boolean;
  /** It can change while the program runs. */
  readonly isMutable: boolean;
}

export interface Side {
  readonly pieces: readonly Piece[];
  /** The piece that defines a name. */
  readonly definition: ReadonlyMap<string, number>;
  /** Its names that are static in the source. */
  readonly statics: ReadonlySet<string>;
  readonly symbols: ReadonlyMap<string, ElfSymbol>;
  /** The piece of a symbol that isn't a name. */
  pieceOf(symbol: ElfSymbol): number | undefined;
  readonly needsExecutableStack: boolean;
}

export type SideResult =
  | { readonly kind: 'side'; readonly side: Side }
  | { readonly kind: 'odd'; readonly reason: string };

const odd = (reason: string): SideResult => ({ kind: 'odd', reason });

const X86_64 = 62;
const LEFT_OUT =
  /^(?:\.comment|\.note\.GNU-stack|\.eh_frame|\.swarm\.split|\.llvm_addrsig|\.note\.gnu\.property)$/;

export function readSide(object: Buffer): SideResult {
  const elf = readElf(object);
  if (elf === undefined) return odd('its object is no 64-bit little-endian ELF object that can be read');
  if (elf.machine !== X86_64)
    return odd(`functions are told apart for x86-64 only, and this is ELF machine ${elf.machine}`);
  const notes = notesOf(elf);
  if (notes === undefined) return odd('the assembler left out what was noted in the text');
  const frame = elf.sections.find(({ name }) => name === '.eh_frame');
  const unwind = frame === undefined ? new Map<number, UnwindEntry[]>() : unwindEntries(frame);
  if (unwind === undefined) return odd('its unwind table has an unknown form');
  return { kind: 'side', side: new SideReader(elf, notes, unwind).read() };
}

function notesOf({ sections }: ElfObject): SplitNotes | undefined {
  const section = sections.find(({ name }) => name === NOTES_SECTION);
  return section === undefined ? undefined : (JSON.parse(section.content.toString('latin1')) as SplitNotes);
}

/**
 * Sections in a group of which the linker keeps one. There are no groups in what is put together: their names are weak there,
 * which comes to the same.
 */
const groupedSections = ({ sections }: ElfObject): ReadonlySet<number> =>
  new Set(sections.flatMap(({ flags }, i) => ((flags & SHF.group) !== 0 ? [i] : [])));

class SideReader {
  private readonly numbers = new Map<number, number>();
  private readonly statics: ReadonlySet<string>;

  constructor(
    private readonly elf: ElfObject,
    private readonly notes: SplitNotes,
    private readonly unwind: ReadonlyMap<number, UnwindEntry[]>,
  ) {
    this.statics = new Set(notes.statics);
  }

  read(): Side {
    const { elf } = this;
    const kept = elf.sections.flatMap((section, i) => (this.isPiece(section) ? [i] : []));
    for (const [number, section] of kept.entries()) this.numbers.set(section, number);
    const names = new Map<number, ElfSymbol[]>();
    const locals = new Map<number, ElfSymbol[]>();
    const fragments = new Map<number, number>();
    const symbols = new Map<string, ElfSymbol>();
    const grouped = groupedSections(elf);
    for (const symbol of elf.symbols) {
      if (symbol.type === STT.file || symbol.type === STT.section) continue;
      const fragment = PIECE_SYMBOL.exec(symbol.name)?.[1];
      if (fragment !== undefined) fragments.set(Number(fragment), symbol.section);
      else if (symbol.binding === STB.local) listed(locals, symbol.section, symbol);
      else {
        const name = grouped.has(symbol.section) ? { ...symbol, binding: STB.weak } : symbol;
        symbols.set(symbol.name, name);
        listed(names, symbol.section, name);
      }
    }
    const loose = this.looseSections(fragments);
    const pieces = kept.map((section): Piece => {
      const piece = this.piece(section, names.get(section) ?? [], locals.get(section) ?? []);
      const owned = loose.owned.get(section) ?? [];
      return { ...piece, needs: [...new Set([...piece.needs, ...owned])], isLoose: loose.own.has(section) };
    });
    const common = (names.get(SECTION.common) ?? []).map(commonPiece);
    const all = [...pieces, ...common];
    const definition = new Map(all.flatMap((piece, i) => piece.names.map(({ name }) => [name, i] as const)));
    const stack = elf.sections.find(({ name }) => name === '.note.GNU-stack');
    return {
      pieces: all,
      definition,
      statics: this.statics,
      symbols,
      pieceOf: (symbol) => this.numbers.get(symbol.section),
      needsExecutableStack: stack === undefined || (stack.flags & SHF.code) !== 0,
    };
  }

  private isPiece({ name, type, flags, size }: ElfSection): boolean {
    if (LEFT_OUT.test(name)) return false;
    if (type === SHT.symtab || type === SHT.strtab || type === SHT.rela || type === SHT.group || type === 0)
      return false;
    return size > 0 || (flags & SHF.alloc) !== 0;
  }

  private piece(number: number, names: readonly ElfSymbol[], locals: readonly ElfSymbol[]): Piece {
    const section = this.elf.sections[number]!;
    const unwind = this.unwind.get(number) ?? [];
    const relocations = [
      ...section.relocations,
      ...unwind.flatMap((entry) => [...entry.relocations, ...entry.common.relocations]),
    ];
    return {
      section,
      names,
      locals,
      unwind,
      ...this.references(relocations, number),
      isLoose: false,
      isCode: (section.flags & SHF.code) !== 0,
      isMutable: (section.flags & SHF.write) !== 0 && !section.name.startsWith('.data.rel.ro'),
    };
  }

  private references(relocations: readonly ElfRelocation[], from: number) {
    const needs = new Set<number>();
    const uses = new Set<string>();
    for (const { symbol } of relocations) {
      if (symbol.binding !== STB.local) uses.add(symbol.name);
      else {
        const to = this.numbers.get(symbol.section);
        if (to !== undefined && symbol.section !== from) needs.add(to);
      }
    }
    return { needs: [...needs], uses: [...uses] };
  }

  /** Sections without a label: those that a function brings along, by its section, and those that are there by themselves. */
  private looseSections(fragments: ReadonlyMap<number, number>) {
    const owned = new Map<number, number[]>();
    const own = new Set<number>();
    for (const [fragment, owner] of this.notes.loose) {
      const section = fragments.get(fragment!);
      const number = section === undefined ? undefined : this.numbers.get(section);
      if (section === undefined || number === undefined || this.elf.sections[section]!.size === 0) continue;
      const of = owner === undefined ? undefined : fragments.get(owner);
      if (of === undefined) own.add(section);
      else listed(owned, of, number);
    }
    const numbered = new Set(fragments.values());
    for (const [section] of this.numbers)
      if (!numbered.has(section) && this.elf.sections[section]!.size > 0) own.add(section);
    return { owned, own };
  }
}

/** A tentative definition: the linker makes its place. */
function commonPiece(symbol: ElfSymbol): Piece {
  const section: ElfSection = {
    name: 'COMMON',
    type: SHT.nobits,
    flags: SHF.alloc | SHF.write,
    align: symbol.value,
    entrySize: 0,
    size: symbol.size,
    content: Buffer.alloc(0),
    relocations: [],
    link: 0,
  };
  const none = { locals: [], unwind: [], needs: [], uses: [] };
  return { section, names: [symbol], ...none, isLoose: false, isCode: false, isMutable: true };
}

function listed<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}
