// Which of the recorded compilations are units, under which names, and why the others are not.

import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { unitArguments } from '../command/rewrite.js';
import type { CompileUnit, Excluded, FixedObject } from '../plan.js';
import type { SourceCompile } from './action.js';
import { isConfigureProbe } from './configure-probe.js';
import { contains, relativeTo } from './root.js';

export interface UnitList {
  readonly units: readonly CompileUnit[];
  readonly excluded: readonly Excluded[];
  readonly fixedObjects: readonly FixedObject[];
  readonly unitOf: ReadonlyMap<SourceCompile, CompileUnit>;
}

export interface UnitListOptions {
  readonly root: string;
  /** Where each consumed object lies; what isn't here goes into no step. */
  readonly placeOf: ReadonlyMap<SourceCompile, string>;
  /** A folder for sources that the build has changed or removed since. */
  readonly sourceFolder: string;
  /** The environment that the build was started with. */
  readonly env: Readonly<Record<string, string>>;
}

/** Why a compilation is no unit whatever becomes of its object; undefined when it may be one. */
export function whyExcluded(compile: SourceCompile): Excluded['reason'] | undefined {
  const { record, source, object, language } = compile;
  if ([record.cwd, source, object ?? ''].some(isConfigureProbe)) return 'configure';
  if (language !== 'c') return language === 'object' ? 'other-language' : language;
  return record.status === 0 ? undefined : 'failed';
}

const sameBytes = (a: string, b: string): boolean =>
  existsSync(a) && existsSync(b) && readFileSync(a).equals(readFileSync(b));

/** The source as it was compiled: in its place, or its kept copy under its own name. Undefined: gone. */
function sourceAsCompiled(compile: SourceCompile, folder: string): string | undefined {
  const { source, keptSource, record } = compile;
  if (source === '-') return record.stdin;
  if (keptSource === undefined || !existsSync(keptSource)) return existsSync(source) ? source : undefined;
  if (sameBytes(source, keptSource)) return source;
  const hash = createHash('sha256').update(source).update(readFileSync(keptSource)).digest('hex');
  const copy = join(folder, hash.slice(0, 12), basename(source));
  mkdirSync(dirname(copy), { recursive: true });
  copyFileSync(keptSource, copy);
  return copy;
}

/** Variables that the build had set differently from the environment that it was started in. */
export function changedVariables(
  variables: readonly string[],
  env: Readonly<Record<string, string>>,
): Record<string, string> | undefined {
  const pairs = variables.map((text): [string, string] => {
    const at = text.indexOf('=');
    return [text.slice(0, at), text.slice(at + 1)];
  });
  const changed = pairs.filter(([name, value]) => env[name] !== value);
  return changed.length === 0 ? undefined : Object.fromEntries(changed);
}

/** What the command was asked to make: the object, or the program that it went into. */
const madeBy = ({ object, record, facts }: SourceCompile): string =>
  object ?? resolve(record.cwd, facts.output ?? 'a.out');

class UnitNames {
  readonly #count = new Map<string, number>();
  readonly #used = new Set<string>();

  constructor(
    private readonly root: string,
    compiles: Iterable<SourceCompile>,
  ) {
    for (const { source } of compiles) this.#count.set(source, (this.#count.get(source) ?? 0) + 1);
  }

  idOf(compile: SourceCompile): string {
    const source = compile.source === '-' ? '<stdin>' : relativeTo(this.root, compile.source);
    const several = (this.#count.get(compile.source) ?? 0) > 1 || compile.source === '-';
    const base = several ? `${source}@${relativeTo(this.root, madeBy(compile))}` : source;
    let id = base;
    for (let n = 2; this.#used.has(id); n++) id = `${base}#${n}`;
    this.#used.add(id);
    return id;
  }
}

function makeUnit(
  compile: SourceCompile,
  id: string,
  source: string,
  place: string,
  options: UnitListOptions,
) {
  const { facts, input, record } = compile;
  const moved = compile.source !== '-' && source !== compile.source;
  const environment = changedVariables(record.variables, options.env);
  const argv = unitArguments(facts, input, moved ? source : input.text);
  const unit: CompileUnit = {
    id,
    source,
    cwd: record.cwd,
    // Its own folder comes first for `#include "..."`, as it did where the source was.
    arguments: moved ? ['-I', dirname(compile.source), ...argv] : argv,
    object: place,
    sourceBytes: statSync(source).size,
    ...(compile.source === '-' && record.stdin !== undefined ? { stdin: record.stdin } : {}),
    ...(environment === undefined ? {} : { environment }),
    ...(compile.keptObject === undefined ? {} : { oracleObject: compile.keptObject }),
  };
  return unit;
}

/** In the order of their sources, whichever a parallel build happened to be done with first. */
function inOrder(compiles: readonly SourceCompile[]): SourceCompile[] {
  const keyed = compiles.map((compile) => ({
    compile,
    key: [compile.source, madeBy(compile), ...compile.record.argv].join('\0'),
  }));
  return keyed.toSorted((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0)).map(({ compile }) => compile);
}

/**
 * Sort the compilations of a build into units, fixed objects and excluded sources. Units come in an order that the project alone
 * decides, so that a search over them asks the same in every run.
 */
export function listUnits(recorded: readonly SourceCompile[], options: UnitListOptions): UnitList {
  const { root, placeOf } = options;
  const compiles = inOrder(recorded);
  const unitOf = new Map<SourceCompile, CompileUnit>();
  const fixedObjects: FixedObject[] = [];
  const left = new Map<string, Excluded & { readonly compile: SourceCompile }>();
  const candidates = compiles.filter((each) => placeOf.has(each) && whyExcluded(each) === undefined);
  const names = new UnitNames(root, candidates);
  for (const compile of compiles) {
    const place = placeOf.get(compile);
    const file = place === undefined ? undefined : sourceAsCompiled(compile, options.sourceFolder);
    const inside = compile.object === undefined || contains(root, compile.object);
    const reason =
      whyExcluded(compile) ??
      (place === undefined
        ? 'not-linked'
        : !inside
          ? 'outside'
          : file === undefined
            ? 'source-gone'
            : undefined);
    if (reason === undefined) {
      unitOf.set(compile, makeUnit(compile, names.idOf(compile), file!, place!, options));
      continue;
    }
    const source = compile.source === '-' ? '<stdin>' : relativeTo(root, compile.source);
    left.set(`${reason}\0${source}`, { source, reason, compile });
    if (place !== undefined && compile.keptObject !== undefined)
      fixedObjects.push({ object: place, kept: compile.keptObject });
  }
  return {
    units: [...unitOf.values()],
    excluded: withoutRepeats([...left.values()], unitOf),
    fixedObjects,
    unitOf,
  };
}

/** No news: a failure that was then made good, and an object that was thrown away of a source that is a unit. */
function withoutRepeats(
  left: readonly (Excluded & { readonly compile: SourceCompile })[],
  unitOf: ReadonlyMap<SourceCompile, CompileUnit>,
): Excluded[] {
  const compiled = new Set([...unitOf.keys()].map(({ source }) => source));
  const made = new Set([...unitOf.keys()].map(({ source, object }) => `${source}\0${object}`));
  return left
    .filter(({ reason, compile: { source, object } }) => {
      if (reason === 'not-linked') return !compiled.has(source);
      return reason !== 'failed' || !made.has(`${source}\0${object}`);
    })
    .map(({ source, reason }) => ({ source, reason }));
}
