// What every decision of the gate begins with: the two trees and where they are, the rules of each, and a clean environment.

import { availableParallelism } from 'node:os';
import { join, relative } from 'node:path';
import { protectionOf } from '@swarm/core';
import { openStateFolder } from '@swarm/host';
import { baselineKey } from '@swarm/runner';
import type { Checkout, TreeReader } from '@swarm/tasks';
import type { Status } from '../terminal/status.js';
import { type Approval, approvalOf } from './approval.js';
import { openSide, type RunLimits } from './checkout.js';
import { type CleanEnvironment, cleanEnvironment, type Tools, toolsOf } from './environment.js';
import { LazySide } from './measurement.js';
import { type RoomFlags, type Rooms, roomsOf } from './rooms.js';
import { type Rules, rulesOf } from './rules.js';
import { openRepository, type Subject, type SubjectFlags, subjectOf } from './subject.js';

export interface Limits {
  readonly jobs?: number | undefined;
  readonly 'time-limit'?: number | undefined;
}

export interface GateFlags extends SubjectFlags, Limits, RoomFlags {}

/** Where the trees of both sides are. */
export interface GateSource {
  readonly trees: TreeReader;
  /** The files of a commit, in a folder of its own. */
  readonly checkOut: (commit: string) => Promise<Checkout>;
}

/** What a context is made of. */
export interface Situation {
  readonly source: GateSource;
  readonly subject: Subject;
  /** The state folder of the working tree. */
  readonly state: string;
  readonly environment: CleanEnvironment;
  /** The owner's, for exactly these trees. */
  readonly approval: Approval | undefined;
  readonly limits: Limits;
  /** Left out: what is built and tested runs where we do. */
  readonly rooms?: Rooms | undefined;
  readonly signal: AbortSignal;
  readonly status: Status;
}

export interface Context extends Situation {
  /** The base's rules hold for both sides, unless the owner approved the change's own. */
  readonly rules: { readonly base: Rules; readonly candidate: Rules };
  readonly tools: Tools;
  /** What the baseline depends on, in a word. */
  readonly key: string;
  /** The same for the change's own tree: the baseline of what comes on top of it. */
  readonly nextKey: string;
}

/** From flags. Throws what reading trees, configs and lists throws. */
export async function openContext(flags: GateFlags, signal: AbortSignal, status: Status): Promise<Context> {
  const { trees, workTree } = await openRepository(flags, signal);
  const environment = cleanEnvironment(process.env, trees.top);
  const state = await openStateFolder(trees.top);
  const subject = await subjectOf({ trees, workTree }, flags, environment.indexFile);
  const approval = await approvalOf(state, subject, trees, process.env);
  const source = { trees, checkOut: workTree.checkOut };
  const rooms = await roomsOf(flags, signal);
  return contextOf({
    ...{ source, subject, state, environment, approval, limits: flags, rooms, signal, status },
  });
}

export async function contextOf(situation: Situation): Promise<Context> {
  const { source, subject, approval, limits } = situation;
  const base = await rulesOf(source.trees, subject.base.tree);
  const same = subject.base.tree === subject.candidate.tree;
  const candidate =
    same || approval === undefined ? base : await rulesOf(source.trees, subject.candidate.tree, true);
  const tools = toolsOf(base.words, process.env.PATH ?? '');
  const { tests, gate } = base.config;
  const { platform, arch } = process;
  const limit = limits['time-limit'] ?? tests.timeLimit;
  const where = situation.rooms === undefined ? [] : [situation.rooms.kind];
  const keyOf = (tree: string) =>
    baselineKey([1, tree, tests.suites, gate.prepare, limit, tools, platform, arch, ...where]);
  return {
    ...situation,
    tools,
    key: keyOf(subject.base.tree),
    nextKey: keyOf(subject.candidate.tree),
    rules: { base, candidate },
  };
}

const TIME_LIMIT_SECONDS = 60;

/** The two sides, not yet checked out; outputs of their tests go to `folder`. */
export function lazySides(
  context: Context,
  folder: string,
): { readonly base: LazySide; readonly candidate: LazySide } {
  const { subject, rules } = context;
  return {
    base: lazySide(context, subject.base.tree, rules.base, join(folder, 'base')),
    candidate: lazySide(context, subject.candidate.tree, rules.candidate, join(folder, 'candidate')),
  };
}

/** Any tree, run by these rules. */
export function lazySide(
  { source, state, signal, limits, rooms, rules }: Context,
  tree: string,
  { config }: Rules,
  folder: string,
): LazySide {
  const { tests } = config;
  const run: RunLimits = {
    ...{ state, signal, folder, rooms },
    judges: (path) => protectionOf(path, rules.base.protections) !== undefined,
    jobs: limits.jobs ?? tests.jobs ?? availableParallelism(),
    timeLimitMs: 1000 * (limits['time-limit'] ?? tests.timeLimit ?? TIME_LIMIT_SECONDS),
  };
  return new LazySide(() => openSide(source, tree, config, run));
}

/** A path as a person in the current folder would name it. */
export function shownPath(path: string): string {
  const short = relative(process.cwd(), path);
  return short.startsWith('..') || short === '' ? path : short;
}
