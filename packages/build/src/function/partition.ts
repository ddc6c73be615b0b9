// Which pieces of both sides go together. A name that both sides define ties its two pieces into one member: a function, or
// the unit's data, of which there is one. Everything else is private to its side and comes along with whoever leads to it.
// What can't be apart is tied further:
//
//   - functions that reach the same private variable on either side: it would exist twice, with two values;
//   - pieces that refer to each other not by name.
//
// What doesn't change (strings, tables, code) may exist once a side without harm.

import { createHash } from 'node:crypto';
import { STB } from './elf-read.js';
import type { Piece, Side } from './pieces.js';

const DATA = '(data)';

/** Both sides of a unit; everything below is indexed by side. */
export type Sides = readonly [oracle: Side, target: Side];
export const ORACLE = 0;
export const TARGET = 1;
type SideNumber = typeof ORACLE | typeof TARGET;

interface Member {
  readonly name: string;
  /** Its functions, in the order of the oracle's code. */
  readonly functions: readonly string[];
  /** Pieces of its own, by side. */
  readonly pieces: readonly [readonly number[], readonly number[]];
  /** Stands for what it is on each side, with everything private that comes along. */
  readonly content: readonly [string, string];
  readonly codeBytes: number;
}

export interface Partition {
  /** In the order of the oracle's code; the data, if it is a member of its own, first. */
  readonly members: readonly Member[];
  /** The member that a piece belongs to; undefined where it is private. */
  memberOf(side: SideNumber, piece: number): number | undefined;
  /** The member of the data. */
  readonly data: number;
}

export function partition(sides: Sides): Partition {
  const ties = new Ties(sides);
  for (const side of [ORACLE, TARGET] as const) ties.tieReached(side);
  return ties.members();
}

/** Pieces of both sides as nodes of a union-find; node 0 is the data. */
class Ties {
  private readonly parent: number[];
  private readonly offset: readonly [number, number];
  /** True for nodes that belong to a member. */
  private readonly shared: boolean[];

  constructor(private readonly sides: Sides) {
    const [oracle, target] = sides;
    this.offset = [1, 1 + oracle.pieces.length];
    this.parent = Array.from({ length: 1 + oracle.pieces.length + target.pieces.length }, (_, i) => i);
    this.shared = this.parent.map((i) => i === 0);
    for (const [name, piece] of oracle.definition) {
      const other = target.definition.get(name);
      if (other !== undefined) this.pair(piece, other);
    }
    for (const side of [ORACLE, TARGET] as const)
      for (const [piece, { isLoose, names }] of sides[side].pieces.entries())
        if (isLoose || this.isOneSidedExport(side, names)) this.share(side, piece, 0);
  }

  /** Tie what each member reaches on a side. */
  tieReached(side: SideNumber): void {
    const { pieces } = this.sides[side];
    const reachedBy = new Map<number, number>();
    for (const [start] of pieces.entries()) {
      const node = this.offset[side] + start;
      if (!this.shared[node]) continue;
      const seen = new Set([start]);
      for (const piece of seen) {
        for (const next of this.next(side, piece)) {
          const other = this.offset[side] + next;
          if (this.shared[other]) this.union(node, other);
          else seen.add(next);
        }
        if (piece === start || !pieces[piece]!.isMutable) continue;
        const first = reachedBy.get(piece);
        if (first === undefined) reachedBy.set(piece, node);
        else this.union(node, first);
      }
    }
  }

  members(): Partition {
    const numbers = new Map<number, number>();
    const parts: { nodes: number[] }[] = [];
    for (const [node, isShared] of this.shared.entries()) {
      if (!isShared) continue;
      const root = this.find(node);
      if (!numbers.has(root)) {
        numbers.set(root, parts.length);
        parts.push({ nodes: [] });
      }
      parts[numbers.get(root)!]!.nodes.push(node);
    }
    const data = numbers.get(this.find(0))!;
    return {
      members: parts.map(({ nodes }, i) => this.member(nodes, i === data)),
      memberOf: (side, piece) => {
        const node = this.offset[side] + piece;
        return this.shared[node] ? numbers.get(this.find(node)) : undefined;
      },
      data,
    };
  }

  /** Pieces that a piece leads to without leaving what is private, and those that it shouldn't lead to. */
  private *next(side: SideNumber, piece: number): Iterable<number> {
    const { pieces, definition } = this.sides[side];
    yield* pieces[piece]!.needs;
    for (const name of pieces[piece]!.uses) {
      const defining = definition.get(name);
      if (defining !== undefined && !this.shared[this.offset[side] + defining]) yield defining;
    }
  }

  private pair(oracle: number, target: number): void {
    const [left, right] = [this.sides[ORACLE].pieces[oracle]!, this.sides[TARGET].pieces[target]!];
    const node = this.share(ORACLE, oracle, this.offset[ORACLE] + oracle);
    this.share(TARGET, target, left.isCode && right.isCode ? node : 0);
    if (!left.isCode || !right.isCode) this.union(node, 0);
  }

  /** The program may need it, and the other side has nothing of the kind: it comes with the data. */
  private isOneSidedExport(side: SideNumber, names: Piece['names']): boolean {
    const { statics } = this.sides[side];
    const there = this.sides[side === ORACLE ? TARGET : ORACLE].definition;
    return names.some(({ name }) => !statics.has(name)) && !names.some(({ name }) => there.has(name));
  }

  private share(side: SideNumber, piece: number, withNode: number): number {
    const node = this.offset[side] + piece;
    this.shared[node] = true;
    this.union(node, withNode);
    return node;
  }

  private member(nodes: readonly number[], isData: boolean): Member {
    const [oracle, target] = this.sides;
    const pieces: [number[], number[]] = [[], []];
    for (const node of nodes) {
      if (node === 0) continue;
      const side = node >= this.offset[TARGET] ? TARGET : ORACLE;
      pieces[side].push(node - this.offset[side]);
    }
    const code = pieces[ORACLE].filter((piece) => oracle.pieces[piece]!.isCode);
    const functions = code.map((piece) => functionName(oracle.pieces[piece]!));
    return {
      name: memberName(functions, isData),
      functions,
      pieces,
      content: [this.content(ORACLE, pieces[ORACLE]), this.content(TARGET, pieces[TARGET])],
      codeBytes: pieces[TARGET].reduce((sum, piece) => sum + target.pieces[piece]!.section.size, 0),
    };
  }

  /** A hash over pieces and all that is private to them. */
  private content(side: SideNumber, start: readonly number[]): string {
    const from = this.sides[side];
    const order = new Map<number, number>();
    const visit = (piece: number) => {
      if (!order.has(piece)) order.set(piece, order.size);
    };
    const byName = [...start].sort((a, b) =>
      firstName(from.pieces[a]!) < firstName(from.pieces[b]!) ? -1 : 1,
    );
    for (const piece of byName) visit(piece);
    const hash = createHash('sha256');
    for (const piece of order.keys()) {
      const { section, names, unwind } = from.pieces[piece]!;
      const { name, type, flags, align, size } = section;
      const own = names.map((n) => [
        n.name,
        n.binding,
        n.type,
        n.other,
        n.value,
        n.size,
        from.statics.has(n.name),
      ]);
      hash.update(JSON.stringify([name, type, flags, align, size, own])).update(section.content);
      for (const record of [section, ...unwind, ...unwind.map(({ common }) => common)]) {
        hash.update('content' in record ? 'code' : record.bytes);
        for (const { offset, type: kind, symbol, addend } of record.relocations) {
          const to = from.pieceOf(symbol);
          const isName = symbol.binding !== 0;
          if (!isName && to !== undefined) visit(to);
          const target = isName
            ? symbol.name
            : to === undefined
              ? 'nothing'
              : `#${order.get(to)}+${symbol.value}`;
          hash.update(`${offset} ${kind} ${target} ${addend}\n`);
        }
      }
      for (const next of this.next(side, piece)) visit(next);
    }
    return hash.digest('hex');
  }

  private find(node: number): number {
    let root = node;
    while (this.parent[root] !== root) root = this.parent[root]!;
    for (let at = node; at !== root; ) {
      const up = this.parent[at]!;
      this.parent[at] = root;
      at = up;
    }
    return root;
  }

  /** The lower number wins, so that the data stays the first. */
  private union(a: number, b: number): void {
    const [left, right] = [this.find(a), this.find(b)];
    if (left < right) this.parent[right] = left;
    else this.parent[left] = right;
  }
}

/** A function's name; an alias of it is none, and neither is a weak name beside a strong one. */
function functionName({ names }: Piece): string {
  const entry = names.filter(({ value }) => value === 0);
  const name = entry.find(({ binding }) => binding === STB.global) ?? entry[0] ?? names[0];
  return name?.name ?? '?';
}

const firstName = (piece: Piece): string =>
  piece.names.map(({ name }) => name).sort()[0] ?? piece.section.name;

const NAMED = 3;

function memberName(functions: readonly string[], isData: boolean): string {
  const names = [...(isData ? [DATA] : []), ...functions];
  const more = names.length - NAMED;
  return more > 0 ? `${names.slice(0, NAMED).join('+')}+${more} more` : names.join('+');
}
