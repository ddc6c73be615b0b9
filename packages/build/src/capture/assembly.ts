// From the merged log of a build to its plan.

import { SwarmError } from '@swarm/core';
import type { BuildPlan, CompileCommand } from '../plan.js';
import type { Action, SourceCompile } from './action.js';
import { identityOf } from './compile-log.js';
import { isConfigureProbe } from './configure-probe.js';
import { type BuildGraph, joinActions } from './graph.js';
import { placeObjects } from './placement.js';
import { findProducts } from './products.js';
import type { BuildRecord } from './record.js';
import { liveSteps, type Replay, replayOf } from './replay.js';
import { chooseRoot, contains, relativeTo } from './root.js';
import { findProgram } from './tools.js';
import { listUnits, type UnitList, whyExcluded } from './unit-list.js';
import type { Step } from './versions.js';

export interface AssemblyOptions {
  /** Where the build command ran. */
  readonly dir: string;
  readonly sourceFolder: string;
  readonly env: Readonly<Record<string, string>>;
  /** The build's runs that this capture made: the units that these compiled are counted. */
  readonly runs: ReadonlySet<number>;
}

const isProbe = (action: Action): boolean =>
  isConfigureProbe(action.record.cwd) ||
  action.sources.some((compile) => whyExcluded(compile) === 'configure') ||
  (action.step?.writes.some((write) => isConfigureProbe(write.path)) ?? false);

/** Folders and files that the build works in. */
function touchedPaths(actions: readonly Action[]): string[] {
  return actions.flatMap(({ record, sources, step }) => [
    record.cwd,
    ...sources.flatMap((compile) => compile.object ?? []),
    ...(step?.writes.map((write) => write.path) ?? []),
  ]);
}

/** The compiler commands that make units, for `--rebuild`. */
function commandsOf(graph: BuildGraph, list: UnitList, replay: Replay): CompileCommand[] {
  const groups = new Map<BuildRecord, SourceCompile[]>();
  for (const compile of list.unitOf.keys())
    groups.set(compile.record, [...(groups.get(compile.record) ?? []), compile]);
  const stepOf = new Map(graph.steps.map((step) => [step.draft.record, step]));
  return [...groups].map(([record, compiles]) => {
    const step = stepOf.get(record);
    const link = step === undefined ? undefined : replay.linkOf.get(step);
    return {
      cwd: record.cwd,
      arguments: record.argv,
      makes: compiles.map((compile) => ({ unit: list.unitOf.get(compile)!.id, object: compile.object })),
      dependencyFiles: compiles[0]!.facts.dependencyFiles,
      ...(record.stdin === undefined ? {} : { stdin: record.stdin }),
      ...(link === undefined ? {} : { link }),
    };
  });
}

/** What the replay can't repeat. */
function notesOf(graph: BuildGraph, live: readonly Step[], root: string): string[] {
  const notes: string[] = [];
  const liveSet = new Set(live);
  for (const version of graph.versions.last()) {
    if (version.maker.kind !== 'step' || !liveSet.has(version.maker.step)) continue;
    const now = identityOf(version.path);
    if (now !== '-' && version.identity !== '-' && now.split(':')[1] !== version.identity.split(':')[1])
      notes.push(
        `${relativeTo(root, version.path)}: changed after it was made, by a program that was not recorded`,
      );
  }
  return notes;
}

const isOutside = (root: string) => (step: Step) =>
  step.outputs.some((output) => !contains(root, output.path));

/** Objects of older runs that nothing reads any more and that are gone. */
function isForgotten(
  compile: SourceCompile,
  placeOf: ReadonlyMap<SourceCompile, string>,
  latest: number,
): boolean {
  if (placeOf.has(compile) || compile.record.run === latest) return false;
  const after = compile.record.files.find((file) => file.path === compile.object)?.after;
  return compile.object === undefined || identityOf(compile.object) !== after;
}

/** Make the plan. Throws `no-cp` (exit 3) on a machine without `cp`. */
export function assemblePlan(actions: readonly Action[], options: AssemblyOptions): BuildPlan {
  const cp = findProgram('cp', options.env.PATH ?? '/usr/bin:/bin');
  if (cp === undefined)
    throw new SwarmError('cp: not found in PATH', { code: 'no-cp', exit: 3, hint: 'Add /usr/bin to PATH.' });
  const real = actions.filter((action) => !isProbe(action));
  const root = chooseRoot(options.dir, touchedPaths(real));
  const graph = joinActions(real);
  const products = findProducts(graph.versions, root).filter(({ path }) => contains(root, path));
  const live = liveSteps(graph.steps, products);
  const outside = live.filter(isOutside(root));
  const kept = live.filter((step) => !outside.includes(step));
  const placement = placeObjects(kept, root);
  const latest = Math.max(0, ...actions.map((action) => action.record.run));
  const compiles = actions.flatMap((action) => action.sources);
  const list = listUnits(
    compiles.filter((compile) => !isForgotten(compile, placement.placeOf, latest)),
    { ...options, root, placeOf: placement.placeOf },
  );
  const replay = replayOf(kept, products, placement, { cp, root, env: options.env });
  return {
    root,
    units: list.units,
    excluded: list.excluded,
    fixedObjects: list.fixedObjects,
    steps: replay.steps,
    products: replay.products,
    commands: commandsOf(graph, list, replay),
    notes: [
      ...notesOf(graph, kept, root),
      ...outside.map((step) => `${step.outputs[0]!.path}: made outside ${root}, not replayed`),
    ],
    oracleCompiles: [...list.unitOf].filter(
      ([compile, unit]) => unit.oracleObject !== undefined && options.runs.has(compile.record.run),
    ).length,
  };
}
