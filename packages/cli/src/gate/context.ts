// What every command of the gate begins with: the repository, the two trees, the rules of each, and a clean environment.

import { availableParallelism } from 'node:os';
import { join, relative } from 'node:path';
import { openStateFolder } from '@swarm/host';
import { baselineKey } from '@swarm/runner';
import type { Status } from '../terminal/status.js';
import { type Approval, approvalOf } from './approval.js';
import { openSide, type RunLimits } from './checkout.js';
import { type CleanEnvironment, cleanEnvironment, type Tools, toolsOf } from './environment.js';
import { LazySide } from './measurement.js';
import { type Rules, rulesOf } from './rules.js';
import {
  type GateRepository,
  openRepository,
  type Subject,
  type SubjectFlags,
  subjectOf,
} from './subject.js';

export interface GateFlags extends SubjectFlags {
  readonly jobs?: number | undefined;
  readonly 'time-limit'?: number | undefined;
}

export interface Context {
  readonly repository: GateRepository;
  readonly subject: Subject;
  /** The state folder of the working tree. */
  readonly state: string;
  readonly environment: CleanEnvironment;
  /** The owner's, for exactly these trees. */
  readonly approval?: Approval;
  /** The base's rules hold for both sides, unless the owner approved the change's own. */
  readonly rules: { readonly base: Rules; readonly candidate: Rules };
  readonly tools: Tools;
  /** What the baseline depends on, in a word. */
  readonly key: string;
  /** The same for the change's own tree: the baseline of what comes on top of it. */
  readonly nextKey: string;
  readonly signal: AbortSignal;
  readonly status: Status;
}

/** Throws what reading trees, configs and lists throws. */
export async function openContext(flags: GateFlags, signal: AbortSignal, status: Status): Promise<Context> {
  const repository = await openRepository(flags, signal);
  const { trees } = repository;
  const environment = cleanEnvironment(process.env, trees.top);
  const state = await openStateFolder(trees.top);
  const subject = await subjectOf(repository, flags, environment.indexFile);
  const approval = await approvalOf(state, subject, trees, process.env);
  const base = await rulesOf(trees, subject.base.tree);
  const same = subject.base.tree === subject.candidate.tree;
  const candidate =
    same || approval === undefined ? base : await rulesOf(trees, subject.candidate.tree, true);
  const tools = toolsOf(base.words, process.env.PATH ?? '');
  const { tests, gate } = base.config;
  const { platform, arch } = process;
  const limit = flags['time-limit'] ?? tests.timeLimit;
  const keyOf = (tree: string) =>
    baselineKey([1, tree, tests.suites, gate.prepare, limit, tools, platform, arch]);
  return {
    ...{ repository, subject, state, environment, tools, signal, status },
    key: keyOf(subject.base.tree),
    nextKey: keyOf(subject.candidate.tree),
    rules: { base, candidate },
    ...(approval === undefined ? {} : { approval }),
  };
}

const TIME_LIMIT_SECONDS = 60;

/** The two sides, not yet checked out; outputs of their tests go to `folder`. `candidate`: the tree that is really run. */
export function lazySides(
  { repository, subject, rules, state, signal }: Context,
  flags: GateFlags,
  folder: string,
  candidate: string,
): { readonly base: LazySide; readonly candidate: LazySide } {
  const make = (tree: string, { config }: Rules, part: string): LazySide => {
    const { tests } = config;
    const limits: RunLimits = {
      ...{ state, signal, folder: join(folder, part) },
      jobs: flags.jobs ?? tests.jobs ?? availableParallelism(),
      timeLimitMs: 1000 * (flags['time-limit'] ?? tests.timeLimit ?? TIME_LIMIT_SECONDS),
    };
    return new LazySide(() => openSide(repository, tree, config, limits));
  };
  return {
    base: make(subject.base.tree, rules.base, 'base'),
    candidate: make(candidate, rules.candidate, 'candidate'),
  };
}

/** A path as a person in the current folder would name it. */
export function shownPath(path: string): string {
  const short = relative(process.cwd(), path);
  return short.startsWith('..') || short === '' ? path : short;
}
