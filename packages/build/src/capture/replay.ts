// The steps of the graph as commands to replay: those that lead to a product, each object read from its place, with
// copies where the build had moved or copied a file between two commands.

import { linkArguments } from '../command/rewrite.js';
import type { ReplayStep } from '../plan.js';
import type { SourceCompile } from './action.js';
import type { Placement } from './placement.js';
import type { Product } from './products.js';
import { changedVariables } from './unit-list.js';
import type { Step, Version } from './versions.js';

export interface Replay {
  readonly steps: readonly ReplayStep[];
  readonly products: readonly string[];
  /** The command that stands for each compile-and-link command. */
  readonly linkOf: ReadonlyMap<Step, ReplayStep>;
}

/** The steps that lead to a product, in order. */
export function liveSteps(steps: readonly Step[], products: readonly Product[]): Step[] {
  const live = new Set<Step>();
  const visit = (version: Version | undefined): void => {
    if (version?.maker.kind !== 'step' || live.has(version.maker.step)) return;
    live.add(version.maker.step);
    for (const input of version.maker.step.inputs) visit(input.version);
  };
  for (const { version } of products) visit(version);
  return steps.filter((step) => live.has(step));
}

/** What a version is, seen through edits: a stripped program is a program. */
function natureOf(version: Version): ReplayStep['kind'] | 'object' {
  if (version.maker.kind === 'compile') return 'object';
  const { draft, inputs } = version.maker.step;
  const edited = draft.kind === 'edit' ? inputs.find((input) => input.version !== undefined) : undefined;
  return edited?.version === undefined ? draft.kind : natureOf(edited.version);
}

/** Files that a test can see: programs and libraries, and whatever no step reads. */
function visibleProducts(products: readonly Product[], live: readonly Step[]): string[] {
  const read = new Set(live.flatMap((step) => step.inputs.map((input) => input.version)));
  const visible = products.filter(({ version }) => natureOf(version) === 'link' || !read.has(version));
  return [...new Set(visible.map(({ path }) => path))].toSorted();
}

/** Where else each step's outputs are read or found. */
function copiesAfter(live: readonly Step[], products: readonly Product[]): Map<Version, Set<string>> {
  const copies = new Map<Version, Set<string>>();
  const add = (version: Version, path: string) => {
    if (version.path !== path) copies.set(version, (copies.get(version) ?? new Set()).add(path));
  };
  for (const step of live)
    for (const { version, path } of step.inputs) if (version?.maker.kind === 'step') add(version, path);
  for (const { version, path } of products) add(version, path);
  return copies;
}

function mainStep(
  step: Step,
  placeOf: ReadonlyMap<SourceCompile, string>,
  env: Readonly<Record<string, string>>,
): ReplayStep {
  const { record, kind } = step.draft;
  const environment = changedVariables(record.variables, env);
  const objects = new Map(step.compiled.map((compile) => [compile.input.token, placeOf.get(compile)!]));
  const facts = step.compiled[0]?.facts;
  return {
    kind,
    program: record.program,
    arguments: facts === undefined ? record.argv : linkArguments(facts, objects),
    cwd: record.cwd,
    inputs: [...new Set([...step.inputs.map((input) => input.path), ...objects.values()])],
    outputs: [...new Set(step.outputs.map((output) => output.path))],
    ...(record.stdin === undefined ? {} : { stdin: record.stdin }),
    ...(environment === undefined ? {} : { environment }),
  };
}

export interface ReplayOptions {
  /** The program that copies files, and where it runs. */
  readonly cp: string;
  readonly root: string;
  /** The environment that the build was started with. */
  readonly env: Readonly<Record<string, string>>;
}

/** The commands to replay. */
export function replayOf(
  live: readonly Step[],
  products: readonly Product[],
  placement: Placement,
  { cp, root, env }: ReplayOptions,
): Replay {
  const copy = (from: string, to: string): ReplayStep => ({
    kind: 'edit',
    program: cp,
    arguments: ['-f', from, to],
    cwd: root,
    inputs: [from],
    outputs: [to],
  });
  const after = copiesAfter(live, products);
  const linkOf = new Map<Step, ReplayStep>();
  const steps = live.flatMap((step) => {
    const main = mainStep(step, placement.placeOf, env);
    if (step.compiled.length > 0) linkOf.set(step, main);
    const before = placement.copies.filter((each) => each.step === step);
    return [
      ...before.map(({ from, to }) => copy(from, to)),
      main,
      ...step.outputs.flatMap((output) => [...(after.get(output) ?? [])].map((to) => copy(output.path, to))),
    ];
  });
  return { steps, products: visibleProducts(products, live), linkOf };
}
