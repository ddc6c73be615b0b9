// Everything the canonical search knows at one point: the units and how they are tied, the answers so far, how far to
// trust them, what has been found. Forked before every phase, so that a line of inquiry can be tried on supposed
// answers and thrown away. The search works on atoms: single units, or units tied together because the two sides
// disagree on an interface between them; an atom is always taken whole.

import type { Failed, Outcome } from '../outcome.js';
import { Selection } from '../selection.js';
import type { Unit } from '../unit.js';
import { Costs } from './costs.js';
import { type Conflict, Knowledge } from './knowledge.js';
import { EXACT, type Noise, type Tally } from './noise.js';
import { Survival } from './prior.js';

export interface Settings {
  readonly risk: number;
  readonly repeat: number;
  readonly enumerate: number;
  readonly mixes: boolean;
  /** No more questions than this; a guard against sources that contradict themselves for ever. */
  readonly limit: number;
}

/** A question that was answered, in the order of asking. `selection` is over units. */
interface Entry {
  readonly selection: Selection;
  readonly outcome: Outcome;
}

/** A set that was found, over atoms. */
export interface Found {
  readonly atoms: readonly number[];
  readonly subsets: 'pass' | 'unproved';
  /** Found by looking for sets that share members with others. */
  readonly shared: boolean;
  readonly confidence: number;
}

/** Units tied together, over units. */
export interface Tie {
  readonly units: readonly number[];
  /** Those of them that fail without the others. */
  readonly core: readonly number[];
  /** Each of them fails without the others: the sides disagree on something between them. */
  readonly boundary: boolean;
  readonly outcome: Failed;
}

/** Why asking had to stop. */
export type Halt =
  | { readonly kind: 'conflict'; readonly conflict: Conflict }
  | { readonly kind: 'oracle-fails'; readonly outcome: Failed }
  | { readonly kind: 'limit' };

export class World {
  knowledge = Knowledge.empty();
  noise: Noise = EXACT;
  costs = Costs.none;
  ties: readonly Tie[] = [];
  atoms: readonly (readonly number[])[];
  weights: readonly number[];
  found: readonly Found[] = [];
  /** Atoms that couldn't be told apart or resolved: left out of the search. */
  blocked: readonly number[] = [];
  /** Selections that failed once and, asked again and again, never more: good ones. */
  refuted: readonly Selection[] = [];
  notes: readonly string[] = [];
  without: 'pass' | 'fail' | 'unproved' = 'unproved';
  /** Whether sets that share members were looked for, and whether all were seen. */
  enumerated: 'no' | 'complete' | 'open' = 'no';
  /** Hunts in a row that took nothing in. */
  fruitless = 0;
  halt: Halt | undefined;
  /** Priors worked out before; shared by all forks. */
  private readonly survivals = new Map<string, Survival>();
  private log: Entry[] = [];

  constructor(
    readonly units: readonly Unit[],
    readonly settings: Settings,
  ) {
    this.atoms = units.map((_, i) => [i]);
    this.weights = units.map((unit) => Math.max(1e-6, unit.weight ?? 1));
  }

  fork(): World {
    const copy: World = Object.assign(Object.create(World.prototype), this);
    copy.knowledge = this.knowledge.fork();
    copy.log = this.log.slice();
    return copy;
  }

  get size(): number {
    return this.atoms.length;
  }

  get asked(): number {
    return this.log.length;
  }

  /** The most questions: noise should cost some repeats, not go round in circles. */
  get limit(): number {
    return this.noise.noisy
      ? Math.min(this.settings.limit, 500 * (1 + this.found.length))
      : this.settings.limit;
  }

  get atLimit(): boolean {
    return this.log.length >= this.limit;
  }

  /** Number of fails among the answers. */
  get failures(): number {
    return this.log.reduce((sum, entry) => sum + (entry.outcome.kind === 'fail' ? 1 : 0), 0);
  }

  select(atoms: Iterable<number>): Selection {
    return Selection.of(this.size, atoms);
  }

  /** A selection of atoms as one of units. */
  expand(selection: Selection): Selection {
    if (this.ties.length === 0) return selection;
    return Selection.of(
      this.units.length,
      selection.members().flatMap((atom) => this.atoms[atom]!),
    );
  }

  /** How often a selection of units was asked before: the number of its next attempt. */
  attempts(units: Selection): number {
    let count = 0;
    for (const entry of this.log) if (entry.selection.equals(units)) count++;
    return count;
  }

  /** The last failure of a selection of atoms. */
  failureOf(selection: Selection): Failed | undefined {
    const units = this.expand(selection);
    for (let i = this.log.length - 1; i >= 0; i--) {
      const { selection: asked, outcome } = this.log[i]!;
      if (outcome.kind === 'fail' && asked.equals(units)) return outcome;
    }
    return undefined;
  }

  /** The outcome of exactly this selection of atoms when it was last asked. */
  outcomeOf(selection: Selection): 'pass' | 'fail' | undefined {
    const units = this.expand(selection);
    for (let i = this.log.length - 1; i >= 0; i--) {
      const { selection: asked, outcome } = this.log[i]!;
      if (outcome.kind !== 'unresolved' && asked.equals(units)) return outcome.kind;
    }
    return undefined;
  }

  /** How often exactly this selection of atoms passed and failed. */
  outcomesOf(selection: Selection): { passes: number; fails: number } {
    const units = this.expand(selection);
    const count = { passes: 0, fails: 0 };
    for (const { selection: asked, outcome } of this.log) {
      if (outcome.kind === 'unresolved' || !asked.equals(units)) continue;
      if (outcome.kind === 'pass') count.passes++;
      else count.fails++;
    }
    return count;
  }

  record(selection: Selection, units: Selection, outcome: Outcome, costMs: number): void {
    this.log.push({ selection: units, outcome });
    if (outcome.kind === 'unresolved') return;
    this.costs = this.costs.add(outcome.kind === 'fail', costMs);
    const conflict = this.learn(selection, outcome.kind);
    if (conflict !== undefined) this.halt = { kind: 'conflict', conflict };
  }

  /** Sets another trust in outcomes, or other ties, and draws the conclusions from all answers again. */
  rethink(noise: Noise, ties: readonly Tie[] = this.ties): void {
    this.noise = noise;
    this.halt = undefined;
    if (ties !== this.ties) this.tie(ties);
    this.knowledge = Knowledge.empty();
    const whole = this.ties.map((tie) => Selection.of(this.units.length, tie.units));
    for (const { selection, outcome } of this.log) {
      if (outcome.kind === 'unresolved' || splits(selection, whole)) continue;
      const conflict = this.learn(this.contract(selection), outcome.kind);
      if (conflict !== undefined) this.halt ??= { kind: 'conflict', conflict };
    }
  }

  /** What the answers say of the noise, given selections known to be bad and to be good. */
  tally(bad: readonly Selection[], good: readonly Selection[]): Tally {
    const tally = { bad: 0, badPassed: 0, good: 0, goodFailed: 0 };
    for (const { selection, outcome } of this.log) {
      if (outcome.kind === 'unresolved') continue;
      const passed = outcome.kind === 'pass';
      if (good.some((g) => selection.isSubsetOf(g))) {
        tally.good++;
        if (!passed) tally.goodFailed++;
      } else if (bad.some((b) => b.isSubsetOf(selection))) {
        tally.bad++;
        if (passed) tally.badPassed++;
      }
    }
    return tally;
  }

  /** What is expected once so many culprits were found in a share of the atoms (search/prior.ts). */
  survival(found: number, scanned: number, some: boolean): Survival {
    const key = `${this.size} ${found} ${scanned} ${some}`;
    let survival = this.survivals.get(key);
    if (survival === undefined) {
      if (this.survivals.size > 100) this.survivals.clear();
      survival = Survival.after(this.size, found, scanned, some);
      this.survivals.set(key, survival);
    }
    return survival;
  }

  /** Atoms that are in no found set and not blocked, in the order of the units. */
  remaining(): number[] {
    const out = new Set([...this.found.flatMap((f) => f.atoms), ...this.blocked]);
    return this.atoms.map((_, atom) => atom).filter((atom) => !out.has(atom));
  }

  nameOf(atoms: readonly number[]): string[] {
    return atoms
      .flatMap((atom) => this.atoms[atom]!)
      .sort((a, b) => a - b)
      .map((unit) => this.units[unit]!.id);
  }

  note(text: string): void {
    if (!this.notes.includes(text)) this.notes = [...this.notes, text];
  }

  private learn(selection: Selection, kind: 'pass' | 'fail'): Conflict | undefined {
    return kind === 'pass'
      ? this.knowledge.addPass(selection, this.noise)
      : this.knowledge.addFail(selection, this.noise);
  }

  private tie(ties: readonly Tie[]): void {
    this.ties = ties;
    const atoms = new Map<number, number[]>(this.units.map((_, unit) => [unit, [unit]]));
    for (const { units } of ties) {
      for (const unit of units) atoms.delete(unit);
      atoms.set(
        Math.min(...units),
        [...units].sort((a, b) => a - b),
      );
    }
    this.atoms = [...atoms.entries()].sort(([a], [b]) => a - b).map(([, units]) => units);
    this.weights = this.atoms.map((members) =>
      members.reduce((sum, unit) => sum + Math.max(1e-6, this.units[unit]!.weight ?? 1), 0),
    );
    this.found = [];
    this.blocked = [];
    this.refuted = [];
  }

  private contract(units: Selection): Selection {
    if (this.ties.length === 0) return units;
    return this.select(this.atoms.flatMap((members, atom) => (units.has(members[0]!) ? [atom] : [])));
  }
}

function splits(selection: Selection, whole: readonly Selection[]): boolean {
  return whole.some((w) => {
    const inside = selection.intersect(w);
    return !inside.isEmpty && !inside.equals(w);
  });
}
