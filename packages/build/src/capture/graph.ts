// The steps of a build joined by what they read from each other.

import { realpathSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import type { Action, SourceCompile, StepDraft } from './action.js';
import { ABSENT, type Identity } from './record.js';
import { isFile, type Step, type StepInput, type Version, Versions } from './versions.js';

export interface BuildGraph {
  readonly versions: Versions;
  readonly steps: readonly Step[];
  readonly compiles: readonly SourceCompile[];
}

/** Where symbolic links lead now; the path itself where there is nothing. */
function realPath(path: string): string {
  try {
    return realpathSync.native(path);
  } catch {
    return path;
  }
}

/** Names of the members after an archive operation. */
function membersAfter(draft: StepDraft, before: Version | undefined): string[] {
  const work = draft.archive;
  const had = before?.members ?? [];
  if (work === undefined) return [...had];
  const named = work.members.map((member) => basename(member));
  if (work.operation === 'd') return had.filter((member) => !named.includes(member));
  return 'rqM'.includes(work.operation) ? [...new Set([...had, ...named])] : [...had];
}

class GraphBuilder {
  readonly versions = new Versions();
  readonly steps: Step[] = [];
  readonly compiles: SourceCompile[] = [];

  /** Objects of all compilations first: a link kept from an earlier run reads what a later one has recompiled. */
  add(actions: readonly Action[]): void {
    for (const [order, action] of actions.entries()) {
      this.compiles.push(...action.sources);
      for (const compile of action.sources) this.#addObject(compile, order);
    }
    for (const [order, action] of actions.entries()) {
      if (action.step !== undefined) this.#addStep(action.step, action.sources, order);
    }
  }

  #addObject(compile: SourceCompile, order: number): void {
    const { object, record } = compile;
    if (object === undefined || record.status !== 0) return;
    const identity = record.files.find((file) => file.path === object)?.after ?? ABSENT;
    this.versions.add({ path: object, identity, maker: { kind: 'compile', compile }, order });
  }

  #input(draft: StepDraft, path: string, order: number): StepInput[] {
    const file = draft.record.files.find((each) => each.path === path);
    const written = draft.writes.some((write) => write.path === path && write.fresh);
    if (written) return [];
    const copy = draft.record.kept.find((each) => each.role === 'input' && each.path === path)?.kept;
    const version = this.#find(path, order, file?.before ?? ABSENT, copy);
    if (version === undefined && !isFile(path)) return [];
    const thin = version?.thin ?? [];
    if (version !== undefined && realPath(path) === version.path)
      return [{ path: version.path, version }, ...thin];
    return [{ path, version }, ...thin];
  }

  /** As `Versions.find`, and through symbolic links (`libx.so` -> `libx.so.1`). */
  #find(path: string, order: number, identity: Identity, copy?: string): Version | undefined {
    const found = this.versions.find(path, order, identity, copy);
    if (found !== undefined) return found;
    const real = realPath(path);
    return real === path ? undefined : this.versions.find(real, order, ABSENT);
  }

  #library(candidates: readonly string[], order: number): string | undefined {
    return candidates.find((path) => this.#find(path, order, ABSENT) !== undefined || isFile(path));
  }

  #addStep(draft: StepDraft, compiled: readonly SourceCompile[], order: number): void {
    const libraries = draft.libraries.flatMap((candidates) => this.#library(candidates, order) ?? []);
    const paths = [...new Set([...draft.reads, ...libraries])];
    const inputs = paths.flatMap((path) => this.#input(draft, path, order));
    const step: Step = {
      draft,
      inputs,
      outputs: [],
      compiled: compiled.filter((each) => each.language === 'c'),
    };
    for (const write of draft.writes) {
      const output = this.#output(step, write.path, order);
      step.outputs.push(output);
      this.versions.add(output);
    }
    if (draft.archive?.operation === 'x') this.#extract(step, order);
    this.steps.push(step);
  }

  #output(step: Step, path: string, order: number): Version {
    const { draft } = step;
    const identity: Identity = draft.record.files.find((file) => file.path === path)?.after ?? ABSENT;
    const plain = { path, identity, maker: { kind: 'step', step } as const, order };
    const before = step.inputs.find((input) => input.path === path)?.version;
    // An edited archive, after `ranlib`, still has its members.
    if (draft.archive === undefined && before?.members === undefined) return plain;
    const members = membersAfter(draft, before);
    if (!draft.archive?.thin && before?.thin === undefined) return { ...plain, members };
    return {
      ...plain,
      members,
      thin: [...(before?.thin ?? []), ...step.inputs.filter((i) => i.path !== path)],
    };
  }

  /** `ar x`: the members appear in its folder. */
  #extract(step: Step, order: number): void {
    const { archive, record } = step.draft;
    const from = step.inputs.find((input) => input.path === archive!.archive)?.version;
    const names = archive!.members.length > 0 ? archive!.members : (from?.members ?? []);
    for (const name of names) {
      const path = resolve(record.cwd, basename(name));
      const output: Version = { path, identity: ABSENT, maker: { kind: 'step', step }, order };
      step.outputs.push(output);
      this.versions.add(output);
    }
  }
}

/** Join the actions of a log, given in their order. */
export function joinActions(actions: readonly Action[]): BuildGraph {
  const builder = new GraphBuilder();
  builder.add(actions);
  return builder;
}
