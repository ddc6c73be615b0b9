// What the answers say, and what follows from them.
//
// The model is monotone: a subset of a passing selection passes, a superset of a failing one fails. When outcomes are
// facts, the maximal passing and the minimal failing selections say all there is, and a selection that is both above
// a failing and below a passing one is a conflict, reported to the caller. When outcomes are noisy, each kind that
// may be false is kept with a count and weighs in by its likelihood ratio.
// Cost: a question is one subset test (a loop over 32-bit words) per kept selection.

import type { Selection } from '../selection.js';

/** How often a probe lies. */
export interface Rates {
  /** P(pass | the selection is bad). 0: a pass is a fact. */
  readonly falsePass: number;
  /** P(fail | the selection is good). 0: a fail is a fact. */
  readonly falseFail: number;
}

export interface Seen {
  readonly selection: Selection;
  readonly count: number;
}

/** Two facts that cannot both be: `fail` is a subset of `pass`. */
export interface Conflict {
  readonly fail: Selection;
  readonly pass: Selection;
}

export class Knowledge {
  private constructor(
    private passList: Seen[],
    private failList: Seen[],
  ) {}

  static empty(): Knowledge {
    return new Knowledge([], []);
  }

  fork(): Knowledge {
    return new Knowledge(this.passList.slice(), this.failList.slice());
  }

  get passes(): readonly Seen[] {
    return this.passList;
  }

  get fails(): readonly Seen[] {
    return this.failList;
  }

  /**
   * The passes and fails that count. When both may be false, the answers to one selection are set off against each
   * other first: what failed once and passed ten times says nothing of what contains it.
   */
  weighed(rates: Rates): { readonly passes: readonly Seen[]; readonly fails: readonly Seen[] } {
    if (rates.falsePass === 0 || rates.falseFail === 0)
      return { passes: this.passList, fails: this.failList };
    const perFail = Math.log((1 - rates.falsePass) / rates.falseFail);
    const perPass = Math.log((1 - rates.falseFail) / rates.falsePass);
    const fails = net(this.failList, this.passList, perPass / perFail);
    return { passes: net(this.passList, this.failList, perFail / perPass), fails };
  }

  addPass(selection: Selection, rates: Rates): Conflict | undefined {
    if (rates.falseFail === 0) {
      const below = this.failList.find((f) => f.selection.isSubsetOf(selection));
      if (below !== undefined && rates.falsePass === 0) return { fail: below.selection, pass: selection };
      if (below !== undefined) return undefined;
    }
    if (rates.falsePass > 0) this.passList = counted(this.passList, selection);
    else {
      if (this.passList.some((p) => selection.isSubsetOf(p.selection))) return undefined;
      this.passList = this.passList.filter((p) => !p.selection.isSubsetOf(selection));
      this.passList.push({ selection, count: 1 });
      this.failList = this.failList.filter((f) => !f.selection.isSubsetOf(selection));
    }
    return undefined;
  }

  addFail(selection: Selection, rates: Rates): Conflict | undefined {
    if (rates.falsePass === 0) {
      const above = this.passList.find((p) => selection.isSubsetOf(p.selection));
      if (above !== undefined && rates.falseFail === 0) return { fail: selection, pass: above.selection };
      if (above !== undefined) return undefined;
    }
    if (rates.falseFail > 0) this.failList = counted(this.failList, selection);
    else {
      if (this.failList.some((f) => f.selection.isSubsetOf(selection))) return undefined;
      this.failList = this.failList.filter((f) => !selection.isSubsetOf(f.selection));
      this.failList.push({ selection, count: 1 });
      this.passList = this.passList.filter((p) => !selection.isSubsetOf(p.selection));
    }
    return undefined;
  }

  /** Log odds that `selection` is bad, from the answers alone: +Infinity known to fail, -Infinity known to pass. */
  odds(selection: Selection, rates: Rates): number {
    let sum = 0;
    const perFail = rates.falseFail === 0 ? Infinity : Math.log((1 - rates.falsePass) / rates.falseFail);
    const perPass = rates.falsePass === 0 ? Infinity : Math.log((1 - rates.falseFail) / rates.falsePass);
    const { passes, fails } = this.weighed(rates);
    for (const fail of fails) if (fail.selection.isSubsetOf(selection)) sum += fail.count * perFail;
    if (sum === Infinity) return sum;
    for (const pass of passes) if (selection.isSubsetOf(pass.selection)) sum -= pass.count * perPass;
    return sum;
  }
}

function counted(list: readonly Seen[], selection: Selection): Seen[] {
  const at = list.findIndex((seen) => seen.selection.equals(selection));
  if (at < 0) return [...list, { selection, count: 1 }];
  return list.map((seen, i) => (i === at ? { selection, count: seen.count + 1 } : seen));
}

/** Counts less those of the opposite outcome of the same selection, each of these worth `worth`. */
function net(list: readonly Seen[], opposite: readonly Seen[], worth: number): Seen[] {
  return list.flatMap((seen) => {
    const against = opposite.find((other) => other.selection.equals(seen.selection));
    const count = seen.count - (against?.count ?? 0) * worth;
    return count > 0 ? [{ selection: seen.selection, count }] : [];
  });
}
