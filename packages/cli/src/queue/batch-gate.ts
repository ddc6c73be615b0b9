// What a batch of the queue asks for, done for real: combinations of commits, the gate of one, tests on one, and moving main.
// One thing at a time, since each uses the whole machine.

import { join } from 'node:path';
import {
  EXIT,
  type QueueAnswer,
  type QueueAsk,
  reasonOf,
  SwarmError,
  type TestId,
  type TestResult,
} from '@swarm/core';
import { openBaselines } from '@swarm/runner';
import type { Combination, Waiting } from '@swarm/tasks';
import { certify } from '../gate/certify.js';
import { type Context, lazySide } from '../gate/context.js';
import { judge } from '../gate/judge.js';
import { baselineOf } from '../gate/measurement.js';
import type { QueueBench } from './bench.js';
import type { Inspected } from './inspection.js';
import { Sides } from './sides.js';

export interface BatchWish {
  readonly base: string;
  /** In the order in which they are put on main, each with what was found of it. */
  readonly candidates: readonly { readonly waiting: Waiting; readonly found: Inspected }[];
  /** Put certificates at the hub: the gate's key is here. */
  readonly certify: boolean;
  /** Called before main is moved. */
  readonly onLanding: (commit: string) => void;
}

/** What it cost so far. */
export interface BatchCost {
  gates: number;
  gateMs: number;
  probes: number;
  probeMs: number;
}

export class BatchGate {
  readonly cost: BatchCost = { gates: 0, gateMs: 0, probes: 0, probeMs: 0 };
  /** Paths that candidates change, by id. */
  readonly touched = new Map<string, readonly string[]>();
  /** Files that conflict, by id of the candidate. */
  readonly conflicts = new Map<string, readonly string[]>();
  /** What was said of a test that failed. */
  readonly said = new Map<TestId, string>();
  /** What the hub said when it would not take a certified combination. */
  refusal: string | undefined;

  readonly #combined = new Map<string, Promise<Combination>>();
  readonly #allowed = new Set<string>();
  readonly #sides = new Sides();
  #passing: ReadonlySet<TestId> | undefined;
  #line: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly bench: QueueBench,
    private readonly wish: BatchWish,
  ) {}

  /** Throws what is wrong with the machine, the hub or the base. */
  answer(ask: QueueAsk): Promise<QueueAnswer> {
    const answer = this.#line.then(() => this.#answer(ask));
    this.#line = answer.catch(() => {});
    return answer;
  }

  close(): Promise<void> {
    return this.#sides.close();
  }

  #answer(ask: QueueAsk): Promise<QueueAnswer> {
    switch (ask.kind) {
      case 'combine':
        return this.#combine(ask.changes);
      case 'gate':
        return this.#gate(ask.changes);
      case 'probe':
        return this.#probe(ask.changes, ask.tests);
      case 'land':
        return this.#land(ask.changes);
    }
  }

  /** Changes on top of the base. The same ones are put together once. */
  #combination(changes: readonly string[]): Promise<Combination> {
    const key = changes.join(' ');
    const { base, candidates } = this.wish;
    const chosen = candidates.map(({ waiting }) => waiting).filter(({ id }) => changes.includes(id));
    const made = this.#combined.get(key) ?? this.bench.server.combine(base, chosen);
    this.#combined.set(key, made);
    return made;
  }

  async #combine(changes: readonly string[]): Promise<QueueAnswer> {
    const { placed, conflicts, empty } = await this.#combination(changes);
    for (const { id, touched } of placed) this.touched.set(id, touched);
    for (const { id, paths } of conflicts) this.conflicts.set(id, paths);
    const refused = this.wish.candidates.flatMap(({ waiting: { id }, found }) =>
      found.kind === 'meddles' && changes.includes(id) ? [{ change: id, reason: found.reason }] : [],
    );
    const blocked = conflicts.map((it) => ({
      change: it.id,
      ...(it.with === undefined ? {} : { with: it.with }),
    }));
    for (const id of empty) {
      // Nothing is left of it: main has it all, or another one of these does.
      if ((await this.#combination([id])).empty.length > 0) refused.push({ change: id, reason: ALL_THERE });
      else blocked.push({ change: id, with: placed.at(-1)!.id });
    }
    return { kind: 'combined', conflicts: blocked, refused };
  }

  async #gate(changes: readonly string[]): Promise<QueueAnswer> {
    const combination = await this.#combination(changes);
    if (combination.conflicts.length > 0) return APART;
    const context = await this.#contextOf(combination);
    const startedMs = performance.now();
    const { document, differences } = await judge(context, { fresh: false }, startedMs);
    this.cost.gates++;
    this.cost.gateMs += performance.now() - startedMs;
    const [tool] = document.tampering.filter(({ area }) => area === 'tools');
    if (tool !== undefined) throw otherTools(`${tool.what}: ${tool.reason}`);
    switch (document.verdict) {
      case 'allow':
        this.#allowed.add(combination.tree);
        return { kind: 'allowed' };
      case 'nothing':
        return { kind: 'unresolved', reason: 'there are no tests, so that nothing was shown' };
      case 'inconclusive': {
        const open = differences.find(({ effect }) => effect === 'undecided');
        return {
          kind: 'unresolved',
          reason: open === undefined ? 'no verdict' : `${open.test}: ${open.reason}`,
        };
      }
      case 'refuse': {
        const bad = differences.filter(({ effect }) => effect === 'blocks');
        for (const { test, reason } of bad) this.said.set(test, document.broken ?? reason);
        const meddling = document.tampering.map(({ what, reason }) => `${what}: ${reason}`);
        const reason = document.broken ?? meddling[0] ?? bad[0]?.reason ?? 'refused';
        return { kind: 'refused', failing: bad.map(({ test }) => test), reason };
      }
    }
  }

  async #contextOf({ base, commit, tree }: Combination): Promise<Context> {
    const { server } = this.bench;
    const from = { name: base, tree: (await server.trees.treeOf(base))! };
    const [only] = this.wish.candidates;
    const approval = only?.found.kind === 'approved' ? only.found.approval : undefined;
    return this.bench.contextOf(from, { name: commit, tree }, approval);
  }

  async #probe(changes: readonly string[], tests: readonly TestId[]): Promise<QueueAnswer> {
    const combination = await this.#combination(changes);
    if (combination.conflicts.length > 0) return APART;
    const context = await this.#contextOf(combination);
    const passing = await this.#passingOnBase(context);
    const startedMs = performance.now();
    this.bench.status.show(
      `${tests.length === 1 ? tests[0] : `${tests.length} tests`} with ${changes.join(', ') || 'main alone'}`,
    );
    const make = () =>
      lazySide(context, combination.tree, context.rules.candidate, join(this.bench.folder, 'probes'));
    const side = await (await this.#sides.use(combination.tree, make)).open();
    const results = new Map<TestId, TestResult>();
    const note = (result: TestResult) => void results.set(result.id, result);
    const [only] = tests;
    if (tests.length === 1 && only !== undefined) {
      const result = await side.runAlone(only);
      if (result !== undefined) note(result);
    } else await side.runSome(tests, note);
    this.cost.probes++;
    this.cost.probeMs += performance.now() - startedMs;
    const standings = tests.map((test) => ({ test, ...standing(results.get(test), passing.has(test)) }));
    const open = standings.find(({ kind }) => kind === 'unresolved');
    if (open !== undefined) return { kind: 'unresolved', reason: `${open.test}: ${open.why}` };
    const failing = standings.filter(({ kind }) => kind === 'fails');
    for (const { test, why } of failing) this.said.set(test, why);
    return { kind: 'probed', failing: failing.map(({ test }) => test) };
  }

  /** Tests that pass on the base: with changes they must be there and pass. */
  async #passingOnBase(context: Context): Promise<ReadonlySet<TestId>> {
    if (this.#passing !== undefined) return this.#passing;
    const { key, rules, subject, status, signal } = context;
    const { folder, state } = this.bench;
    const base = lazySide(context, subject.base.tree, rules.base, join(folder, 'probes'));
    try {
      const how = { anew: false, lockFile: join(folder, `measuring-${key}`), status, signal };
      const { results } = await baselineOf(key, base, openBaselines(state), how);
      this.#passing = new Set(results.flatMap(({ id, outcome }) => (outcome.kind === 'pass' ? [id] : [])));
      return this.#passing;
    } finally {
      await base.close();
    }
  }

  async #land(changes: readonly string[]): Promise<QueueAnswer> {
    const combination = await this.#combination(changes);
    // What only flakes spoke against was not allowed yet: main moves to nothing else.
    if (!this.#allowed.has(combination.tree)) {
      const again = await this.#gate(changes);
      if (again.kind !== 'allowed')
        return { kind: 'unresolved', reason: 'reason' in again ? again.reason : 'not allowed' };
    }
    if (this.wish.certify) await certify(await this.#contextOf(combination), this.bench.remote);
    this.wish.onLanding(combination.commit);
    const candidates = this.wish.candidates.map(({ waiting }) => waiting);
    const result = await this.bench.server.land(combination, candidates);
    if (result.kind !== 'refused') return result;
    this.refusal = result.reason;
    return { kind: 'unresolved', reason: `the hub refused it: ${result.reason}` };
  }
}

export const ALL_THERE = 'main has all of it already';
const APART: QueueAnswer = { kind: 'unresolved', reason: "these changes don't go together without others" };

type Standing = { readonly kind: 'passes' | 'fails' | 'unresolved'; readonly why: string };

/** A test that passes on the base must be there and pass; any other must only not fail. */
function standing(result: TestResult | undefined, mustPass: boolean): Standing {
  const unless = (why: string): Standing => ({ kind: mustPass ? 'fails' : 'passes', why });
  if (result === undefined) return unless('it is gone');
  const { outcome } = result;
  const why = reasonOf(outcome);
  switch (outcome.kind) {
    case 'pass':
    case 'unexpected-pass':
      return { kind: 'passes', why };
    case 'fail':
      return { kind: 'fails', why };
    case 'skip':
    case 'expected-fail':
      return unless(why);
    case 'not-run':
    case 'unresolved':
      return { kind: 'unresolved', why };
  }
}

const otherTools = (what: string): SwarmError =>
  new SwarmError(`queue: ${what}`, {
    code: 'tools-changed',
    exit: EXIT.environment,
    hint: 'serve with the tools of the baseline, or take these for good: `swarm gate baseline --refresh`',
  });
