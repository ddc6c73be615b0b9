// A bisection session: from a plan to answers about selections. In order:
//
//   1. both objects of each unit come from the store or are compiled; what the target rejects and what is the same on
//      both sides is settled here;
//   2. `baseline()` replays the oracle's build once and times the test: the time limit of all probes;
//   3. `linkProber` answers the search for units that don't link, which never runs anything;
//   4. `scope(pinned)` gives the probers for what is left once those are pinned to the oracle;
//   5. `judge()` tells whose fault a culprit is: the target's or the program's;
//   6. `functions` takes units apart and gives probers for selections over their functions.

import { mkdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import {
  canUseViews,
  createRunner,
  createWorkDir,
  type ProcessRunner,
  sweepWorkDirs,
  type WorkDir,
} from '@swarm/host';
import { assemblySplitter } from '../function/assembly-splitter.js';
import { type FunctionLevel, functionLevel } from '../function/level.js';
import { sourceSplitter } from '../function/source-splitter.js';
import type { SplitUnit } from '../function/split.js';
import { type Accused, judgeOf } from '../label/accused.js';
import type { Explanation } from '../label/boundary.js';
import { type Case, type SharedCause, sharedCauses } from '../label/causes.js';
import type { Judgement } from '../label/judgement.js';
import { oracleWitnesses, type Witness } from '../label/witnesses.js';
import { type CodeOfBothSides, codeOfBothSides } from '../listing/both-sides.js';
import { disassemble } from '../listing/disassembly.js';
import type { BuildPlan } from '../plan.js';
import { asDiskFull } from '../store/blobs.js';
import { type Compiler, type CompilerSide, identifyCompiler } from '../store/compiler.js';
import { ObjectStore } from '../store/objects.js';
import { placedObjects } from './assembly.js';
import { type Baseline, measureBaseline } from './baseline.js';
import { circumstances, testCommand } from './circumstances.js';
import type { LinkCommand, RebuildCommand } from './command-assembly.js';
import type { CpuPressure } from './cpu-pressure.js';
import { forCompilers, scrubbed } from './environment.js';
import { StepGraph } from './graph.js';
import { compileLimitMs, pairObjects, type RejectedUnit } from './objects.js';
import { runnerCookie, SlotPool } from './pool.js';
import { type Scope, scopeOf } from './scope.js';
import { settingNotes, troubleNotes } from './session-notes.js';
import { TreeSnapshot } from './tree.js';
import { type Choice, Trials } from './trial.js';
import { type Workbench, workbenchOf } from './workbench.js';

export interface BisectionOptions {
  readonly target: CompilerSide;
  readonly oracle: CompilerSide;
  /** Further known-good compilers, asked whether a culprit is undefined behaviour. */
  readonly witnesses?: readonly CompilerSide[];
  /** A shell command; exit 0 passes. */
  readonly test: string;
  /** Where the test runs. Default: the plan's root. */
  readonly dir?: string;
  /** A file that the test's standard output must equal. */
  readonly expectStdout?: string;
  /** Workers: compilations and probes at once. */
  readonly jobs: number;
  /** Ids of the only units that may come from the target: it doesn't compile the others. Left out: all. */
  readonly only?: readonly string[];
  /** Left out: ten times the oracle's time, at least 2 s. */
  readonly probeTimeoutMs?: number;
  readonly cpuPressure?: CpuPressure;
  /** Where store and work folders lie. Default: `.swarm` under the plan's root. */
  readonly stateDir?: string;
  /** False: don't show probes their copy at the tree's own path, even where that can be done. */
  readonly views?: boolean;
  /** Keep the slots' folders for a look inside. */
  readonly keepWork?: boolean;
  /** Makes the products from the objects, for plans without steps. */
  readonly link?: LinkCommand;
  /** Runs the whole build for each probe, for builds whose links can't be replayed. */
  readonly rebuild?: RebuildCommand;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly signal?: AbortSignal;
  readonly onCompiled?: (done: number, of: number) => void;
}

export interface BisectionStats {
  /** Compilers started: never more than one a unit and side. The oracle's include those of the capture. */
  readonly compiles: {
    readonly target: number;
    readonly oracle: number;
    readonly witness: number;
    /** To assembly, of units taken apart. */
    readonly assembly: number;
  };
  /** Probes answered from identical link outputs. */
  readonly reused: number;
  /** Wall clock; link and test are summed over all workers. */
  readonly seconds: {
    readonly compile: number;
    readonly link: number;
    readonly test: number;
    readonly total: number;
  };
}

export interface Bisection extends Scope {
  readonly rejected: readonly RejectedUnit[];
  readonly identical: number;
  /** Facts that a person should know about how this session has worked until now. */
  readonly notes: readonly string[];
  /** The same session for a search that leaves the units with these ids to the oracle. */
  scope(pinned: Iterable<string>): Scope;
  /** The oracle's replay: once, however often it is asked for. */
  baseline(): Promise<Baseline>;
  /** Units taken apart into functions. */
  readonly functions: FunctionLevel;
  /** What the two sides made of a unit, taken apart or whole; undefined where `objdump` can't tell. */
  code(unit: string, split?: SplitUnit): Promise<CodeOfBothSides | undefined>;
  /** Whose fault is each of these culprits? Undefined for those that no time is left for. */
  judge(accused: readonly Accused[], isTimeUp?: () => boolean): Promise<(Judgement | undefined)[]>;
  /** Why do units fail against the other side and pass together? */
  explain(units: readonly string[]): Promise<Explanation>;
  /** Which of several culprits have one cause? */
  causes(cases: readonly Case[]): Promise<SharedCause[]>;
  /** For work on its units beyond probes. */
  readonly workbench: Workbench;
  readonly stats: BisectionStats;
  close(): Promise<void>;
}

/** Folders in a tree that a probe's copy goes without, and shares with the original. */
const shared = (root: string, home: string): string[] =>
  [join(root, '.git'), home]
    .filter(
      (folder) => folder.startsWith(`${root}/`) && statSync(folder, { throwIfNoEntry: false })?.isDirectory(),
    )
    .map((folder) => relative(root, folder));

/** Open a session on a plan. Throws a `SwarmError` where a compiler is missing or the disk is full. */
export async function openBisection(plan: BuildPlan, options: BisectionOptions): Promise<Bisection> {
  const env = scrubbed(options.env ?? process.env);
  const home = options.stateDir ?? join(plan.root, '.swarm');
  await sweepWorkDirs(join(home, 'work'));
  const work = await createWorkDir(join(home, 'work'));
  const runner = createRunner({ jobs: options.jobs + 1, cookie: runnerCookie(work.cookie, 'main') });
  const abandon = async () => {
    await runner.close();
    if (options.keepWork !== true) await work.remove();
  };
  try {
    return await open({ plan, options, env, home, work, runner }, abandon);
  } catch (cause) {
    await abandon();
    throw asDiskFull(cause, work.path);
  }
}

interface Ground {
  readonly plan: BuildPlan;
  readonly options: BisectionOptions;
  readonly env: Readonly<Record<string, string>>;
  readonly home: string;
  readonly work: WorkDir;
  readonly runner: ProcessRunner;
}

async function open(ground: Ground, abandon: () => Promise<void>): Promise<Bisection> {
  const { plan, options } = ground;
  const start = performance.now();
  const { shop, store, compilers, witnesses } = await openStore(ground);
  const objects = await pairObjects(plan, store, compilers, options);
  const compileMs = performance.now() - start;
  const { pool, notes } = await openPool(ground, store);
  const test = testCommand(plan, options);
  const trials = new Trials(pool, test);
  const fixed = fixedBlobs(plan, store);
  const pairs = [...objects.pairs, ...fixed.map((blob) => ({ oracle: blob, target: blob }))];

  const read = (hash: string) => disassemble(ground.runner, store.blobs.path(hash));
  const rejectedIds = new Set(objects.rejected.map(({ unit }) => unit));
  let measured: Promise<Baseline> | undefined;
  const baseline = () => {
    measured ??= measureBaseline(plan, trials, (unit) => pairs[unit]!.oracle, options);
    return measured;
  };
  const source = {
    units: plan.units,
    pairs,
    circumstances: circumstances(plan, options, fixed),
    link: trials.links.bind(trials),
    test: async (choice: Choice, attempt: number, signal?: AbortSignal) =>
      trials.run(choice, attempt, (await baseline()).timeLimitMs, signal),
  };
  return {
    ...scopeOf(source, new Set()),
    rejected: objects.rejected,
    identical: objects.identical,
    get notes() {
      return [...notes, ...troubleNotes(trials.troubles)];
    },
    scope: (pinned) => scopeOf(source, new Set(pinned)),
    baseline,
    ...judgeOf({
      plan,
      pairs,
      store,
      ...compilers,
      witnesses,
      trials,
      baseline,
      replays: options.link === undefined && options.rebuild === undefined,
      signal: options.signal,
    }),
    functions: functionLevel({
      plan,
      pairs,
      blobs: store.blobs,
      circumstances: source.circumstances,
      ground: { store, ...compilers, timeLimitMs: compileLimitMs },
      splitters: [assemblySplitter(shop), sourceSplitter(shop)],
      test: source.test,
    }),
    causes: (cases) =>
      sharedCauses(
        { plan, pairs, store, oracle: compilers.oracle, rejected: rejectedIds, disassemble: read },
        cases,
      ),
    code(unit, split) {
      const pair = pairs[plan.units.findIndex(({ id }) => id === unit)]!;
      return codeOfBothSides(ground.runner, store.blobs, pair, split);
    },
    workbench: workbenchOf(pool, { plan, store, ...compilers, shop, test, jobs: options.jobs, pairs }),
    get stats() {
      const { link, test } = trials.spentMs;
      const seconds = inSeconds({ compile: compileMs, link, test, total: performance.now() - start });
      return { compiles: counted(store, plan), reused: trials.reused, seconds };
    },
    async close() {
      await pool.close();
      await abandon();
    },
  };
}

async function openStore({ plan, options, env, home, work, runner }: Ground) {
  const compilerEnv = forCompilers(env);
  const scratch = join(work.path, 'compile');
  mkdirSync(scratch, { recursive: true });
  const { signal } = options;
  const base = { runner, env: compilerEnv, scratch, spare: [], root: plan.root };
  const shop = signal === undefined ? base : { ...base, signal };
  const store = new ObjectStore(join(home, 'store'), shop);
  const identify = (side: CompilerSide, role: string): Promise<Compiler> =>
    identifyCompiler(side, role, runner, compilerEnv, scratch);
  const target = await identify(options.target, 'target compiler');
  const oracle = await identify(options.oracle, 'oracle');
  const witnesses: Witness[] = [];
  for (const side of options.witnesses ?? []) {
    const name = [side.command, ...side.flags].join(' ');
    witnesses.push({ name, compiler: await identify(side, 'second oracle'), further: [] });
  }
  witnesses.push(...oracleWitnesses(oracle));
  return { shop, store, compilers: { target, oracle }, witnesses };
}

async function openPool({ plan, options, env, home, work, runner }: Ground, store: ObjectStore) {
  const skip = shared(plan.root, home);
  const views = options.views !== false && (await canUseViews());
  const notes = settingNotes({ views, rebuilds: options.rebuild !== undefined });
  const setting = {
    plan,
    graph: new StepGraph(placedObjects(plan), plan.steps),
    blobs: store.blobs,
    snapshot: new TreeSnapshot(plan.root, skip),
  };
  const common = {
    setting,
    env,
    link: options.link,
    rebuild: options.rebuild,
    views,
    walker: runner,
    skip,
    cookie: work.cookie,
  };
  return { pool: new SlotPool({ ...common, folder: work.path, size: options.jobs }), notes };
}

/** Blobs of the objects that no unit makes. */
const fixedBlobs = (plan: BuildPlan, store: ObjectStore): string[] =>
  plan.fixedObjects.map(({ kept }) => store.blobs.keepBytes(readFileSync(kept)));

function counted(store: ObjectStore, plan: BuildPlan) {
  return { ...store.compiles, oracle: store.compiles.oracle + plan.oracleCompiles };
}

const inSeconds = <K extends string>(ms: Record<K, number>): Record<K, number> =>
  Object.fromEntries(Object.entries<number>(ms).map(([name, value]) => [name, value / 1000])) as Record<
    K,
    number
  >;
