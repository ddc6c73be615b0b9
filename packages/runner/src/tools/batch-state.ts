// What is known of a running batch: which tests run since when, which have ended and how, what they print.

import type { TestId, TestOutcome, TestResult } from '@swarm/core';
import type { ToolEvent } from './batch-tool.js';

/** What is kept of what a test prints: the head, and the tail. */
const HEAD_LENGTH = 256 * 1024;
const TAIL_LENGTH = 256 * 1024;
/** A test that prints more is stopped. */
const FLOOD_LENGTH = 64 * 1024 * 1024;

/** A test's result, with what it printed not yet in a file. */
export interface Ended extends Omit<TestResult, 'outputFile'> {
  readonly output: string;
}

const LEAK: TestOutcome = {
  kind: 'fail',
  failure: 'leak',
  detail: 'it left processes behind that held its output open',
};

class Printed {
  length = 0;
  #head = '';
  #tail = '';

  add(text: string): void {
    this.length += text.length;
    const room = HEAD_LENGTH - this.#head.length;
    this.#head += text.slice(0, room);
    if (text.length > room) this.#tail = (this.#tail + text.slice(Math.max(0, room))).slice(-TAIL_LENGTH);
  }

  get text(): string {
    const dropped = this.length - this.#head.length - this.#tail.length;
    return dropped > 0
      ? `${this.#head}\n[... ${dropped} characters left out ...]\n${this.#tail}`
      : this.#head + this.#tail;
  }
}

export class BatchState {
  /** Something was said about a test of the batch. */
  told = false;
  /** The tool is up: what takes time now is a test. */
  ready = false;
  /** A test failed, asked for or not: what the tool's exit status is about. */
  failed = false;
  lastEventMs = performance.now();
  readonly #asked: ReadonlySet<TestId>;
  readonly #leaking = new Set<TestId>();
  #nextLeaks = false;
  readonly #running = new Map<TestId, number>();
  readonly #printed = new Map<TestId, Printed>();
  readonly #ended = new Map<TestId, Ended>();

  constructor(readonly tests: readonly TestId[]) {
    this.#asked = new Set(tests);
  }

  readonly tell = (event: ToolEvent): void => {
    if (event.kind === 'output') {
      this.#print(event.id, event.text);
      return;
    }
    this.lastEventMs = performance.now();
    this.ready = true;
    if (event.kind === 'ready') return;
    this.told ||= this.#asked.has(event.id);
    if (event.kind === 'start') this.#running.set(event.id, this.lastEventMs);
    else this.#end(event);
  };

  get ended(): readonly Ended[] {
    return [...this.#ended.values()];
  }

  /** Asked for and without an end, in the order of the batch. */
  get left(): readonly TestId[] {
    return this.tests.filter((id) => !this.#ended.has(id));
  }

  /** Started and without an end, also those that were not asked for. */
  get running(): readonly TestId[] {
    return [...this.#running.keys()];
  }

  /** Since it started, or since the last word of the tool. */
  ranMs(id: TestId): number {
    return performance.now() - (this.#running.get(id) ?? this.lastEventMs);
  }

  /** Those of them that have run for longer than this says of them. */
  runningFor(msOf: (id: TestId, startedMs: number) => number): readonly TestId[] {
    const nowMs = performance.now();
    return [...this.#running]
      .filter(([id, startedMs]) => nowMs - startedMs > msOf(id, startedMs))
      .map(([id]) => id);
  }

  /** Those that print without end. */
  get flooding(): readonly TestId[] {
    return this.running.filter((id) => (this.#printed.get(id)?.length ?? 0) > FLOOD_LENGTH);
  }

  /** End a test with an outcome of ours. */
  settle(id: TestId, outcome: TestOutcome, output = '', wallMs?: number): void {
    this.#end({ kind: 'end', id, outcome, output, ...(wallMs === undefined ? {} : { wallMs }) });
  }

  /** The same tests with other outcomes. */
  change(to: (ended: Ended) => TestOutcome): void {
    for (const [id, ended] of this.#ended) this.#ended.set(id, { ...ended, outcome: to(ended) });
  }

  /** These are held up by processes that they left behind; none named: whichever ends next. */
  noteLeak(tests: readonly TestId[]): void {
    for (const id of tests) this.#leaking.add(id);
    this.#nextLeaks = tests.length === 0;
  }

  forgetLeak(): void {
    this.#leaking.clear();
    this.#nextLeaks = false;
  }

  /** Forget these ends: the tests run again. */
  forget(ids: readonly TestId[]): void {
    for (const id of ids) this.#ended.delete(id);
  }

  #print(id: TestId, text: string): void {
    if (!this.#asked.has(id)) return;
    let printed = this.#printed.get(id);
    if (printed === undefined) {
      printed = new Printed();
      this.#printed.set(id, printed);
    }
    printed.add(text);
  }

  #end({ id, outcome, wallMs, output = '', earlier }: Extract<ToolEvent, { kind: 'end' }>): void {
    const startedMs = this.#running.get(id);
    this.#running.delete(id);
    if (this.#nextLeaks) this.#leaking.add(id);
    this.#nextLeaks = false;
    if (outcome.kind === 'fail' || outcome.kind === 'unexpected-pass') this.failed = true;
    if (!this.#asked.has(id)) return;
    const printed = this.#printed.get(id)?.text ?? '';
    this.#printed.delete(id);
    const ownMs = startedMs === undefined ? 0 : performance.now() - startedMs;
    this.#ended.set(id, {
      id,
      outcome: this.#leaking.has(id) && outcome.kind === 'pass' ? LEAK : outcome,
      wallMs: wallMs ?? ownMs,
      output: printed + output,
      ...(earlier === undefined ? {} : { earlier }),
    });
  }
}
