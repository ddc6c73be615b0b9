// The Test Anything Protocol, read line by line: what a producer's plan and results come to, as `prove` has it. A failure
// that is marked TODO is none; a plan that isn't kept is one. Indented lines are about parts of a test, and its own line sums them up.

import type { TestOutcome } from '@swarm/core';
import type { Exit } from '@swarm/host';
import { plainLine } from '../report/plain-text.js';
import { exitOutcome, signalOf } from './exit-outcome.js';

const PLAN = /^1\.\.(\d+)(?:\s*#\s*(?:SKIP\S*\s*)?(.*))?$/i;
const RESULT = /^(not )?ok\b(?:\s+\d+)?(?:\s+-)?\s*(.*)$/;
const DIRECTIVE = /(?:^|[^\\])#\s*(TODO|SKIP)\S*/i;

export class TapReader {
  #planned: number | undefined;
  #allSkipped: string | undefined;
  #ran = 0;
  #skipped = 0;
  #failed = 0;
  #first = '';
  #bail: string | undefined;

  line(text: string): void {
    const plan = PLAN.exec(text);
    const result = RESULT.exec(text);
    if (plan !== null) this.#plan(Number(plan[1]), plan[2] ?? '');
    else if (result !== null) this.#result(result[1] !== undefined, result[2]!);
    else if (text.startsWith('Bail out!')) this.#bail ??= text;
  }

  /** What it all comes to, with the way in which the producer ended; `said`: what it printed last to standard error. */
  outcome(exit: Exit, said: string): TestOutcome {
    const fail = (detail: string): TestOutcome => ({
      kind: 'fail',
      failure: 'exit',
      detail: plainLine(detail),
    });
    if (signalOf(exit) !== undefined) return exitOutcome(exit, said);
    if (this.#bail !== undefined) return fail(this.#bail);
    if (this.#failed > 0) return fail(`${this.#failed} of ${this.#ran} not ok: ${this.#first}`);
    const byStatus = exitOutcome(exit, said);
    if (byStatus.kind !== 'pass') return byStatus;
    if (this.#allSkipped !== undefined && this.#ran === 0)
      return { kind: 'skip', reason: plainLine(this.#allSkipped) || 'it says so' };
    if (this.#planned === undefined) return fail(this.#ran === 0 ? 'it told no results' : 'it told no plan');
    if (this.#planned !== this.#ran) return fail(`planned ${this.#planned}, ran ${this.#ran}`);
    if (this.#ran > 0 && this.#skipped === this.#ran)
      return { kind: 'skip', reason: 'all of it was skipped' };
    return { kind: 'pass' };
  }

  #plan(count: number, reason: string): void {
    this.#planned = count;
    if (count === 0) this.#allSkipped = reason;
  }

  #result(isFailure: boolean, text: string): void {
    this.#ran++;
    const directive = DIRECTIVE.exec(text)?.[1]?.toUpperCase();
    if (directive === 'SKIP') this.#skipped++;
    if (!isFailure || directive === 'TODO') return;
    this.#failed++;
    if (this.#failed === 1) this.#first = text || 'without a name';
  }
}
