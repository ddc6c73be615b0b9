// A selection: the set of units taken from the target, as an immutable bit set over unit numbers 0..size-1.
// 5,000 units cost 628 bytes, and the subset test that inference lives on is a loop over 32-bit words.

/** An immutable set of unit numbers out of a fixed number of units. */
export class Selection {
  private keyText: string | undefined;

  private constructor(
    readonly units: number,
    private readonly words: Uint32Array,
  ) {}

  static empty(units: number): Selection {
    return new Selection(units, new Uint32Array((units + 31) >>> 5));
  }

  static full(units: number): Selection {
    return Selection.range(units, 0, units);
  }

  /** Unit numbers from `start` up to but without `end`. */
  static range(units: number, start: number, end: number): Selection {
    const words = new Uint32Array((units + 31) >>> 5);
    for (let i = start; i < end; i++) words[i >>> 5]! |= 1 << (i & 31);
    return new Selection(units, words);
  }

  static of(units: number, members: Iterable<number>): Selection {
    const words = new Uint32Array((units + 31) >>> 5);
    for (const i of members) {
      if (!Number.isInteger(i) || i < 0 || i >= units)
        throw new RangeError(`unit ${i} out of 0..${units - 1}`);
      words[i >>> 5]! |= 1 << (i & 31);
    }
    return new Selection(units, words);
  }

  has(unit: number): boolean {
    return ((this.words[unit >>> 5] ?? 0) & (1 << (unit & 31))) !== 0;
  }

  union(other: Selection): Selection {
    return this.combine(other, (a, b) => a | b);
  }

  minus(other: Selection): Selection {
    return this.combine(other, (a, b) => a & ~b);
  }

  intersect(other: Selection): Selection {
    return this.combine(other, (a, b) => a & b);
  }

  isSubsetOf(other: Selection): boolean {
    for (let i = 0; i < this.words.length; i++) {
      if ((this.words[i]! & ~other.words[i]!) !== 0) return false;
    }
    return true;
  }

  equals(other: Selection): boolean {
    if (this.units !== other.units) return false;
    for (let i = 0; i < this.words.length; i++) if (this.words[i] !== other.words[i]) return false;
    return true;
  }

  get size(): number {
    let count = 0;
    for (let word of this.words) {
      while (word !== 0) {
        word &= word - 1;
        count++;
      }
    }
    return count;
  }

  get isEmpty(): boolean {
    return this.words.every((word) => word === 0);
  }

  /** Member numbers, ascending. */
  members(): number[] {
    const out: number[] = [];
    for (let w = 0; w < this.words.length; w++) {
      let word = this.words[w]!;
      while (word !== 0) {
        const low = word & -word;
        out.push(w * 32 + (31 - Math.clz32(low)));
        word ^= low;
      }
    }
    return out;
  }

  /** The same text for the same set over the same number of units, and only then. */
  get key(): string {
    if (this.keyText === undefined) {
      let text = `${this.units}:`;
      for (const word of this.words) text += word.toString(16).padStart(8, '0');
      this.keyText = text;
    }
    return this.keyText;
  }

  private combine(other: Selection, op: (a: number, b: number) => number): Selection {
    if (other.units !== this.units)
      throw new RangeError(`selections over ${this.units} and ${other.units} units`);
    const words = new Uint32Array(this.words.length);
    for (let i = 0; i < words.length; i++) words[i] = op(this.words[i]!, other.words[i]!);
    return new Selection(this.units, words);
  }
}
