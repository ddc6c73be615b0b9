// What sessions took up to now, from which is read what others may take. A step is what a session takes between two reports of its usage.

import { type Amount, amount, KINDS, NOTHING } from './amount.js';

/** How many of the last sessions say what the next one may take. */
const REMEMBERED = 20;
const UNKNOWN = Number.POSITIVE_INFINITY;

export class Experience {
  private readonly last: Required<Amount>[] = [];
  /** The largest steps: a session's first one (some tell of all that they took at once), and any later one. */
  private steps = { first: NOTHING, later: NOTHING };

  /** A session has told of a step, its first one or a later one. */
  step(which: 'first' | 'later', taken: Required<Amount>): void {
    const before = this.steps[which];
    this.steps = { ...this.steps, [which]: amount((what) => Math.max(before[what], taken[what])) };
  }

  /** A session is over. */
  ended(taken: Required<Amount>): void {
    this.last.push(taken);
    if (this.last.length > REMEMBERED) this.last.shift();
  }

  /** The most that a whole session took; infinity: nobody has told of any. */
  session(what: keyof Amount): number {
    const known = [this.steps.first[what], ...this.last.map((each) => each[what])];
    return this.last.length === 0 && known[0] === 0 ? UNKNOWN : Math.max(...known);
  }

  /** The largest step of its kind; zero: nobody has told of any. */
  largestStep(which: 'first' | 'later', what: keyof Amount): number {
    return this.steps[which][what];
  }

  /** Anybody has told of anything. */
  get any(): boolean {
    return this.last.length > 0 || KINDS.some((what) => this.steps.first[what] > 0);
  }
}
