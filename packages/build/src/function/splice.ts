// The drop-in object of one selection: the chosen version of each function, the data of one side, and what these lead to. It is
// laid out as a compiler would: one section a name, static functions local again.

import { type ElfRelocation, type ElfSection, type ElfSymbol, SECTION, SHF, SHT, STB } from './elf-read.js';
import { type RelocationDraft, type SectionDraft, type SymbolDraft, writeElf } from './elf-write.js';
import { ORACLE, type Partition, type Sides, TARGET } from './partition.js';
import type { Piece, Side } from './pieces.js';
import { COMMON_POINTER, type UnwindRecord } from './unwind.js';

type SideNumber = typeof ORACLE | typeof TARGET;

type SideOf = (member: number) => SideNumber;

interface Chosen {
  readonly side: SideNumber;
  readonly number: number;
  readonly piece: Piece;
}

const X86_64 = 62;
const NOP = 0x90;

/** The object in which the members with these numbers come from the target; undefined where it gets too large. */
export function splice(
  sides: Sides,
  parts: Partition,
  isTarget: (member: number) => boolean,
): Buffer | undefined {
  const sideOf: SideOf = (member) => (isTarget(member) ? TARGET : ORACLE);
  return new Joint(sides, parts, sideOf, choose(sides, parts, sideOf)).write();
}

/** All pieces that the chosen members need, by side, in the order of the sides' code. */
function choose(sides: Sides, parts: Partition, sideOf: SideOf): Chosen[] {
  const taken: [Set<number>, Set<number>] = [new Set(), new Set()];
  for (const [i, member] of parts.members.entries()) {
    const side = sideOf(i);
    for (const piece of member.pieces[side]) if (isRoot(sides[side], piece)) taken[side].add(piece);
  }
  const todo: Chosen[] = [];
  const add = (side: SideNumber, number: number) =>
    todo.push({ side, number, piece: sides[side].pieces[number]! });
  for (const side of [ORACLE, TARGET] as const) for (const number of taken[side]) add(side, number);
  const take = (side: SideNumber, number: number) => {
    if (taken[side].has(number)) return;
    taken[side].add(number);
    add(side, number);
  };
  for (let item = todo.pop(); item !== undefined; item = todo.pop()) {
    for (const number of item.piece.needs) take(item.side, number);
    for (const name of item.piece.uses) {
      const here = sides[item.side].definition.get(name);
      if (here === undefined) continue;
      const member = parts.memberOf(item.side, here);
      const side = member === undefined ? item.side : sideOf(member);
      const there = sides[side].definition.get(name);
      if (there !== undefined) take(side, there);
      else if (!isAbsent(sides[item.side], here, name, sides[side])) take(item.side, here);
    }
  }
  return ([ORACLE, TARGET] as const).flatMap((side) =>
    [...taken[side]]
      .sort((a, b) => a - b)
      .map((number) => ({ side, number, piece: sides[side].pieces[number]! })),
  );
}

/**
 * A weak name inside of a function that comes from the side whose version doesn't have it: the program asks whether it is
 * there, and it is not. Anything else that only one side has comes along.
 */
const isAbsent = (side: Side, piece: number, name: string, chosen: Side): boolean =>
  side !== chosen &&
  side.symbols.get(name)?.binding === STB.weak &&
  side.pieces[piece]!.names.some((other) => chosen.definition.has(other.name));

const ON_DEMAND = /^(?:\.text|\.data|\.bss|\.rodata|\.tdata|\.tbss)(?:\.|$)/;

/** Is it there even if nothing leads to it? */
function isRoot(side: Side, number: number): boolean {
  const { isLoose, names, section } = side.pieces[number]!;
  return isLoose || names.some(({ name }) => !side.statics.has(name)) || !ON_DEMAND.test(section.name);
}

/** Sections of one kind, joined. */
interface Growing {
  readonly like: ElfSection;
  align: number;
  size: number;
  readonly parts: { at: number; bytes: Buffer }[];
  readonly relocations: RelocationDraft[];
  readonly draft: SectionDraft;
}

interface Place {
  readonly in: Growing;
  readonly at: number;
}

class Joint {
  private readonly sections = new Map<string, Growing>();
  private readonly places: readonly [Map<number, Place>, Map<number, Place>] = [new Map(), new Map()];
  private readonly names = new Map<string, SymbolDraft>();
  private readonly locals = new Map<ElfSymbol, SymbolDraft>();

  constructor(
    private readonly sides: Sides,
    private readonly parts: Partition,
    private readonly sideOf: SideOf,
    private readonly chosen: readonly Chosen[],
  ) {}

  write(): Buffer | undefined {
    for (const each of this.chosen) this.put(each);
    for (const each of this.chosen) this.define(each);
    for (const { side, number, piece } of this.chosen) {
      const place = this.places[side].get(number);
      if (place !== undefined) this.relate(side, piece.section.relocations, place);
    }
    this.addUnwind();
    this.addStackNote();
    const sections = [...this.sections.values()].map(({ draft }) => draft);
    return writeElf(X86_64, sections, [...this.locals.values(), ...this.names.values()]);
  }

  private put({ side, number, piece }: Chosen): void {
    const { section, names } = piece;
    if (names[0]?.section === SECTION.common) return;
    const growing = this.growing(section);
    const align = this.alignOf(side, piece);
    const at = Math.ceil(growing.size / align) * align;
    growing.align = Math.max(growing.align, align);
    growing.size = at + section.size;
    if (section.type !== SHT.nobits) growing.parts.push({ at, bytes: section.content });
    this.places[side].set(number, { in: growing, at });
  }

  /** Code of either side may count on what that side's compiler gave the object. */
  private alignOf(side: SideNumber, { section, names, isCode }: Piece): number {
    const own = Math.max(1, section.align);
    if (isCode || !ON_DEMAND.test(section.name)) return own;
    const there = this.sides[side === ORACLE ? TARGET : ORACLE];
    const other = names.map(({ name }) => there.pieces[there.definition.get(name) ?? -1]?.section.align ?? 1);
    return Math.max(own, ...other);
  }

  private growing(section: ElfSection): Growing {
    const flags = section.flags & ~SHF.group;
    const key = `${section.name} ${section.type} ${flags} ${section.entrySize}`;
    const known = this.sections.get(key);
    if (known !== undefined) return known;
    const made: Growing = {
      like: section,
      align: 1,
      size: 0,
      parts: [],
      relocations: [],
      draft: {
        name: section.name,
        type: section.type,
        flags,
        entrySize: section.entrySize,
        fill: (flags & SHF.code) !== 0 ? NOP : 0,
        get align() {
          return made.align;
        },
        get size() {
          return made.size;
        },
        get parts() {
          return made.parts;
        },
        get relocations() {
          return made.relocations;
        },
      },
    };
    this.sections.set(key, made);
    return made;
  }

  /** The symbols that a piece defines: names for all, and those of its own for debuggers and relocations. */
  private define({ side, number, piece }: Chosen): void {
    const place = this.places[side].get(number);
    const { statics } = this.sides[side];
    for (const symbol of piece.names) {
      if (!this.isBound(side, number, symbol.name)) continue;
      const binding = statics.has(symbol.name) ? STB.local : symbol.binding;
      this.names.set(symbol.name, { ...symbol, binding, ...placed(symbol, place) });
    }
    for (const symbol of piece.locals) this.locals.set(symbol, { ...symbol, ...placed(symbol, place) });
  }

  /** Is this the definition that the name stands for? Another piece may bring along one that it doesn't. */
  private isBound(side: SideNumber, number: number, name: string): boolean {
    const member = this.parts.memberOf(side, number);
    const chosen = member === undefined ? side : this.sideOf(member);
    return chosen === side || !this.sides[chosen].definition.has(name);
  }

  private relate(side: SideNumber, relocations: readonly ElfRelocation[], place: Place): void {
    for (const relocation of relocations)
      place.in.relocations.push(this.relocation(side, relocation, place.at));
  }

  private relocation(
    side: SideNumber,
    { offset, type, symbol, addend }: ElfRelocation,
    at: number,
  ): RelocationDraft {
    const where = { offset: offset + at, type };
    if (symbol.binding !== STB.local) return { ...where, to: this.named(symbol), addend };
    const local = this.locals.get(symbol);
    if (local !== undefined) return { ...where, to: local, addend };
    const number = this.sides[side].pieceOf(symbol);
    const place = number === undefined ? undefined : this.places[side].get(number);
    if (place === undefined) return { ...where, to: this.named(symbol), addend };
    return { ...where, to: place.in.draft, addend: addend + place.at + symbol.value };
  }

  /** A name, defined here or elsewhere; undefined ones are weak only where all who use them say so. */
  private named(symbol: ElfSymbol): SymbolDraft {
    const known = this.names.get(symbol.name);
    const isUndefined = known === undefined || known.section === SECTION.undefined;
    if (
      known !== undefined &&
      (!isUndefined || known.binding === STB.global || symbol.binding !== STB.global)
    )
      return known;
    if (known !== undefined) {
      (known as { binding: number }).binding = STB.global;
      return known;
    }
    const isElsewhere = symbol.section !== SECTION.absolute;
    const made: SymbolDraft = isElsewhere
      ? { ...symbol, section: SECTION.undefined, value: 0, size: 0 }
      : { ...symbol };
    this.names.set(symbol.name, made);
    return made;
  }

  private addUnwind(): void {
    const first = this.chosen.find(({ piece }) => piece.unwind.length > 0);
    if (first === undefined) return;
    const like = {
      ...first.piece.section,
      name: '.eh_frame',
      type: SHT.progbits,
      flags: SHF.alloc,
      entrySize: 0,
    };
    const growing = this.growing(like);
    growing.align = 8;
    const commons = new Map<UnwindRecord, number>();
    const append = (side: SideNumber, { bytes, relocations }: UnwindRecord, own: Buffer): number => {
      const at = growing.size;
      growing.parts.push({ at, bytes: own });
      growing.size += bytes.length;
      this.relate(side, relocations, { in: growing, at });
      return at;
    };
    for (const { side, piece } of this.chosen) {
      for (const entry of piece.unwind) {
        const common = commons.get(entry.common) ?? append(side, entry.common, entry.common.bytes);
        commons.set(entry.common, common);
        const bytes = Buffer.from(entry.bytes);
        bytes.writeUInt32LE(growing.size + COMMON_POINTER - common, COMMON_POINTER);
        append(side, entry, bytes);
      }
    }
  }

  /** Code that needs an executable stack (nested functions) says so by this section, or by its absence. */
  private addStackNote(): void {
    const needs = [...new Set(this.chosen.map(({ side }) => side))].some(
      (side) => this.sides[side].needsExecutableStack,
    );
    const like = { name: '.note.GNU-stack', type: SHT.progbits, flags: needs ? SHF.code : 0 };
    const growing = this.growing({ ...this.chosen[0]!.piece.section, ...like, entrySize: 0 });
    growing.align = 1;
  }
}

/** Where a symbol ends up with its piece. */
function placed(
  symbol: ElfSymbol,
  place: Place | undefined,
): { section: SectionDraft | number; value: number } {
  if (place === undefined) return { section: symbol.section, value: symbol.value };
  return { section: place.in.draft, value: symbol.value + place.at };
}
