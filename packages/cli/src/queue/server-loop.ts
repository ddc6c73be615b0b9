// Serving: batch after batch, until it is told to stop or, with `once`, until nothing waits. What is wrong with the machine, the
// hub or the base for a while is waited out; a person is needed for the rest, which is thrown.

import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { batchSize, type Cancellation, EXIT, nextBatch, ratesAfter, SwarmError } from '@swarm/core';
import { gateKeyFile, type QueueNow, type Waiting } from '@swarm/tasks';
import { type BatchResult, runBatch } from './batch.js';
import type { BatchWish } from './batch-gate.js';
import { type BatchJournal, beginBatch, leftBatch } from './batch-journal.js';
import type { QueueBench } from './bench.js';
import type { QueueEvent } from './event.js';
import { Inspection } from './inspection.js';
import { keepRates, readRates } from './rates.js';

export interface ServeOptions {
  /** Changes in a batch at most. */
  readonly most: number;
  /** Until nothing waits. */
  readonly once: boolean;
  /** How often to look when nothing waits. */
  readonly pollMs: number;
  readonly drain: Cancellation;
  readonly tell: (event: QueueEvent) => void;
}

export interface Served {
  batches: number;
  gates: number;
  probes: number;
  landed: string[];
  evicted: { id: string; outcome: string; note: string; tests: readonly string[]; with: readonly string[] }[];
}

type Look = QueueNow & { readonly base: string };

/** Batches in a row that came to nothing, after which it is the machine's fault. */
const MOST_IDLE = 5;
const LONGEST_PAUSE_MS = 60_000;

export class ServerLoop {
  readonly served: Served = { batches: 0, gates: 0, probes: 0, landed: [], evicted: [] };
  readonly #inspection: Inspection;
  #rates;
  /** The hub refused a whole batch: so many changes go alone, until it is known whose fault that is. */
  #alone = 0;
  /** Batches in a row that moved nothing. */
  #idle = 0;

  constructor(
    private readonly bench: QueueBench,
    private readonly options: ServeOptions,
  ) {
    this.#inspection = new Inspection(bench);
    this.#rates = readRates(bench.folder);
  }

  async run(): Promise<void> {
    const { once, drain } = this.options;
    while (!drain.cancelled) {
      let found: boolean;
      try {
        found = await this.#step();
      } catch (error) {
        if (!isPassing(error) || once) throw error;
        this.options.tell({ kind: 'trouble', what: error.message });
        this.#idle++;
        found = true;
      }
      if (!found && once) return;
      if (found && this.#idle === 0) continue;
      if (once && this.#idle >= MOST_IDLE) throw stuck();
      await this.#pause(found ? Math.min(LONGEST_PAUSE_MS, 500 * 2 ** this.#idle) : this.options.pollMs);
    }
  }

  /** Ends early when it is told to stop. */
  async #pause(ms: number): Promise<void> {
    const early = new AbortController();
    this.options.drain.onCancel(() => early.abort());
    const signal = AbortSignal.any([early.signal, this.bench.signal]);
    await sleep(ms, undefined, { signal }).catch(() => {});
    this.bench.signal.throwIfAborted();
  }

  /** One batch; false when nothing waits. */
  async #step(): Promise<boolean> {
    const look = await this.bench.server.list();
    const { waiting, base } = look;
    this.bench.status.show(`${waiting.length} waiting, ${this.served.landed.length} landed`);
    const left = await this.#left(look);
    if (left !== undefined) {
      await this.#batch(left.journal, left.hasLanded);
      return true;
    }
    if (waiting.length === 0) return false;
    const batch = await this.#choose(base, waiting);
    await this.#batch(beginBatch(this.bench.folder, { base, candidates: batch }), false);
    return true;
  }

  /** A batch that a killed server left, if it still means anything. */
  async #left({ base, waiting }: Look): Promise<{ journal: BatchJournal; hasLanded: boolean } | undefined> {
    const journal = leftBatch(this.bench.folder);
    if (journal === undefined) return undefined;
    const { landing, subject } = journal;
    const hasLanded =
      landing !== undefined && (await this.bench.server.trees.forkOf(base, landing)) === landing;
    const tokens = new Set(waiting.map(({ token }) => token));
    const same = subject.base === base && subject.candidates.every(({ token }) => tokens.has(token));
    if (hasLanded || same) return { journal, hasLanded };
    journal.end();
    return undefined;
  }

  /** The next ones; those that the owner has approved are gated alone. */
  async #choose(base: string, waiting: readonly Waiting[]): Promise<Waiting[]> {
    const most = this.#alone > 0 ? 1 : batchSize(this.#rates, this.options.most);
    const queued = waiting.map((it, arrival) => ({ ...it, arrival }));
    const chosen = nextBatch(queued, most).map(({ id }) => waiting.find((it) => it.id === id)!);
    const approved = new Set<Waiting>();
    for (const it of chosen) if ((await this.#inspection.of(base, it)).kind === 'approved') approved.add(it);
    const oldest = waiting[0]!;
    if (approved.has(oldest) || approved.size === chosen.length)
      return [approved.has(oldest) ? oldest : chosen[0]!];
    return chosen.filter((it) => !approved.has(it));
  }

  async #batch(journal: BatchJournal, hasLanded: boolean): Promise<void> {
    const { bench, options } = this;
    const { base, candidates } = journal.subject;
    options.tell({
      kind: 'batch',
      changes: candidates.map(({ id }) => id),
      size: candidates.length,
      resumed: journal.known.size > 0,
    });
    try {
      const found: BatchWish['candidates'][number][] = [];
      for (const waiting of candidates)
        found.push({ waiting, found: hasLanded ? PLAIN : await this.#inspection.of(base, waiting) });
      const certify = existsSync(gateKeyFile(process.env));
      const result = await runBatch(bench, found, journal, { certify, hasLanded });
      await this.#settle(candidates, result);
      journal.end();
    } catch (error) {
      if (!isGitsWord(error)) throw error;
      await this.#blameForGit(journal.subject, error);
      journal.end();
    } finally {
      journal.close();
    }
  }

  /** Git can't work with what was pushed: of many nobody knows with which, so they go one by one; main itself must be fine. */
  async #blameForGit({ base, candidates }: BatchJournal['subject'], error: SwarmError): Promise<void> {
    this.options.tell({ kind: 'batch-stopped', why: error.message });
    this.#idle++;
    this.#alone = candidates.length;
    const [candidate] = candidates;
    if (candidate === undefined || candidates.length > 1) return;
    await (await this.bench.server.checkOut(base)).remove();
    const note = `git can't work with it: ${error.message}`;
    await this.#evict([{ candidate, evidence: { outcome: 'rejected', note } }]);
    this.#idle = 0;
  }

  async #evict(out: BatchResult['evicted']): Promise<void> {
    for (const { candidate, evidence } of out) {
      if (!(await this.bench.server.evict(candidate, evidence))) continue;
      const { outcome, note, tests = [], with: others = [] } = evidence;
      this.served.evicted.push({ id: candidate.id, outcome, note, tests, with: others });
      this.options.tell({ kind: 'evicted', id: candidate.id, agent: candidate.agent, evidence });
    }
  }

  /** Tell the hub who leaves, and learn from it. */
  async #settle(candidates: readonly Waiting[], { end, evicted, cost, refusal }: BatchResult): Promise<void> {
    const { tell } = this.options;
    const { served } = this;
    const agents = new Map(candidates.map(({ id, agent }) => [id, agent]));
    served.batches++;
    served.gates += cost.gates;
    served.probes += cost.probes;
    served.landed.push(...end.landed);
    for (const id of end.landed) tell({ kind: 'landed', id, agent: agents.get(id)! });
    if (end.flaky.length > 0) tell({ kind: 'flaky', tests: end.flaky });
    const out = [...evicted];
    if (refusal !== undefined) out.push(...this.#refused(candidates, refusal));
    await this.#evict(out);
    if (end.stopped !== undefined) tell({ kind: 'batch-stopped', why: end.stopped });
    this.#alone = Math.max(0, this.#alone - (refusal === undefined ? candidates.length : 0));
    const moved = end.landed.length + out.length > 0 || end.stopped === MOVED;
    this.#idle = moved ? 0 : this.#idle + 1;
    const bad = end.evicted.length;
    const perProbe = cost.probeMs / cost.probes / (cost.gateMs / cost.gates);
    const learned = Number.isFinite(perProbe) ? { probeCost: perProbe } : {};
    this.#rates = ratesAfter(this.#rates, { judged: end.landed.length + bad, bad, ...learned });
    await keepRates(this.bench.folder, this.#rates);
  }

  /** The hub's own rules are against it: of many changes nobody knows which, so they go one by one. */
  #refused(candidates: readonly Waiting[], refusal: string): BatchResult['evicted'] {
    if (/no certificate for tree|no signature that counts/.test(refusal)) throw noKey(refusal);
    if (candidates.length > 1) this.#alone = candidates.length;
    const [candidate] = candidates;
    if (candidate === undefined || candidates.length > 1) return [];
    return [{ candidate, evidence: { outcome: 'rejected', note: `the hub refused it: ${refusal}` } }];
  }
}

const PLAIN = { kind: 'plain' } as const;
const MOVED = 'main was moved meanwhile';

/** It may be better in a while. */
const isPassing = (error: unknown): error is SwarmError =>
  error instanceof SwarmError &&
  error.code !== 'no-gate-key' &&
  (error.exit === EXIT.environment || error.exit === EXIT.inconclusive);

/** Git failed here, and not for want of room or rights. */
const isGitsWord = (error: unknown): error is SwarmError =>
  error instanceof SwarmError && error.code === 'git-failed';

const stuck = (): SwarmError =>
  new SwarmError(`queue: ${MOST_IDLE} batches in a row came to nothing`, {
    code: 'queue-stuck',
    exit: EXIT.inconclusive,
    hint: 'the lines above say why; what waits is still there',
  });

const noKey = (said: string): SwarmError =>
  new SwarmError(`queue: the hub wants certificates: ${said}`, {
    code: 'no-gate-key',
    exit: EXIT.environment,
    hint: "serve where the gate's key is (SWARM_GATE_KEY), and let the hub count it: docs/gated-hub.md",
  });
