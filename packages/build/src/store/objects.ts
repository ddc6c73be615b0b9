// The object store: each unit is compiled once per compiler, ever. A result, object or rejection, is found again by a key
// over the compiler's identity, the unit's arguments and its preprocessed text; a second run over the same sources and
// compilers starts no compiler at all. Any number of processes may use one store at once.

import { createHash } from 'node:crypto';
import { join, relative } from 'node:path';
import type { RunResult } from '@swarm/host';
import type { CompileUnit } from '../plan.js';
import { assemblerIncludes, content, namedFiles, quietArguments } from './arguments.js';
import { Blobs } from './blobs.js';
import type { Compiler } from './compiler.js';
import { isObject } from './elf.js';
import { type Entry, Records } from './entries.js';
import { Manifests, searchFolders } from './manifests.js';
import { preprocess, runCompiler, type Workshop, withFolder } from './preprocess.js';
import { type Rejection, rejection } from './rejection.js';

/** What a compiler made of a unit. */
export type Made =
  | { readonly kind: 'object'; readonly hash: string }
  | ({ readonly kind: 'rejected'; readonly command: readonly string[] } & Rejection);

/** What a compile is counted as; a witness is a further known-good compiler, `assembly` is for units that are taken apart. */
export type Side = 'target' | 'oracle' | 'witness' | 'assembly';

/** What is made of a unit; an object by default. */
export interface Recipe {
  /** Tells results apart; everything beside unit and compiler that decides what comes out. */
  readonly name: string;
  /** Make it in an empty folder. */
  make(folder: string, unit: CompileUnit, compiler: Compiler, timeLimitMs: number): Promise<Attempt>;
}

/** How a compiler ended, what it said, and what lay there afterwards. */
export interface Attempt {
  readonly exit: RunResult['exit'];
  readonly said: string;
  readonly bytes: Buffer | undefined;
}

/** Raise it when a change of ours changes what a key stands for. */
const FORMAT = 1;

export class ObjectStore {
  readonly blobs: Blobs;
  /** Compilers really started to make an object, by side; preprocessing doesn't count. */
  readonly compiles = { target: 0, oracle: 0, witness: 0, assembly: 0 };
  private readonly entries: Records<Entry>;
  private readonly manifests: Manifests;
  private readonly inFlight = new Map<string, Promise<Entry>>();

  constructor(
    folder: string,
    private readonly shop: Workshop,
  ) {
    this.blobs = new Blobs(join(folder, 'blobs'));
    this.entries = new Records(join(folder, 'entries'));
    this.manifests = new Manifests(join(folder, 'manifests'));
  }

  /**
   * The unit's object or rejection, from the store or by compiling it. `fallback` preprocesses for a compiler that can't.
   * Throws where the infrastructure fails (disk full, compiler can't be started, aborted).
   */
  async make(
    unit: CompileUnit,
    compiler: Compiler,
    side: Side,
    timeLimitMs: number,
    fallback?: Compiler,
    recipe: Recipe = this.object,
  ): Promise<Made> {
    const known = this.recall(unit, compiler, recipe);
    if (known !== undefined) return known;
    const key = await this.preprocessedKey(unit, compiler, timeLimitMs, fallback, recipe);
    const stored = this.stored(key);
    if (stored !== undefined) return this.made(stored, unit, compiler);
    const running = this.inFlight.get(key) ?? this.compile(key, unit, compiler, side, timeLimitMs, recipe);
    this.inFlight.set(key, running);
    try {
      return this.made(await running, unit, compiler);
    } finally {
      this.inFlight.delete(key);
    }
  }

  /** What a compiler writes about a unit beside or instead of an object: `words` and `read` get an empty folder. */
  consult<T>(
    unit: CompileUnit,
    compiler: Compiler,
    timeLimitMs: number,
    words: (folder: string) => readonly string[],
    read: (folder: string, result: RunResult) => T,
  ): Promise<T> {
    return withFolder(this.shop, async (folder) =>
      read(folder, await runCompiler(this.shop, unit, compiler, words(folder), { timeLimitMs })),
    );
  }

  /** An empty folder, and compilers run on units in it: their exit status and standard output. */
  inFolder<T>(
    work: (
      folder: string,
      run: (
        unit: CompileUnit,
        compiler: Compiler,
        extra: readonly string[],
      ) => Promise<{ code: number | undefined; stdout: string }>,
    ) => Promise<T>,
  ): Promise<T> {
    return withFolder(this.shop, (folder) =>
      work(folder, async (unit, compiler, extra) => {
        const { exit, stdout } = await runCompiler(this.shop, unit, compiler, extra, { timeLimitMs: 20_000 });
        return { code: exit.kind === 'exited' ? exit.code : undefined, stdout };
      }),
    );
  }

  /** The unit's preprocessed text; undefined where the compiler can't give it. */
  async preprocessed(
    unit: CompileUnit,
    compiler: Compiler,
    timeLimitMs: number,
  ): Promise<string | undefined> {
    const { ok, text } = await preprocess(this.shop, unit, compiler, timeLimitMs);
    return ok ? text : undefined;
  }

  /** A result that needs no preprocessing, because nothing that it depends on has changed. */
  private recall(unit: CompileUnit, compiler: Compiler, recipe: Recipe): Made | undefined {
    if (!compiler.namesEveryFile) return undefined;
    const key = this.manifests.find(this.unitKey(unit, compiler, this.shop.root, recipe));
    const entry = key === undefined ? undefined : this.stored(key);
    return entry === undefined ? undefined : this.made(entry, unit, compiler);
  }

  /** An entry whose object is there and whole. */
  private stored(key: string): Entry | undefined {
    const entry = this.entries.read(key);
    if (entry?.kind !== 'object') return entry;
    return this.blobs.take(entry.hash)?.length === entry.size ? entry : undefined;
  }

  private made(entry: Entry, unit: CompileUnit, compiler: Compiler): Made {
    if (entry.kind === 'object') return { kind: 'object', hash: entry.hash };
    return {
      ...entry,
      command: [compiler.program, ...compiler.flags, ...unit.arguments, '-c', '-o', unit.object],
    };
  }

  private async preprocessedKey(
    unit: CompileUnit,
    compiler: Compiler,
    timeLimitMs: number,
    fallback: Compiler | undefined,
    recipe: Recipe,
  ): Promise<string> {
    const sinceMs = Date.now() - CLOCK_TICK_MS;
    const own = compiler.preprocesses ? await preprocess(this.shop, unit, compiler, timeLimitMs) : undefined;
    const other =
      own?.ok || fallback === undefined
        ? undefined
        : await preprocess(this.shop, unit, fallback, timeLimitMs);
    const text = `${own?.text ?? ''}\0${other?.text ?? ''}`;
    const taken = assemblerIncludes(text, unit.cwd);
    const hash = createHash('sha256')
      .update(this.unitKey(unit, compiler, '', recipe))
      .update(text, 'latin1');
    for (const file of taken) hash.update(content(file) ?? '').update('\0');
    const key = hash.digest('hex');
    const argv = [...compiler.flags, ...unit.arguments];
    if (own?.ok && compiler.namesEveryFile && own.files.includes(unit.source))
      this.manifests.record(
        this.unitKey(unit, compiler, this.shop.root, recipe),
        key,
        [...own.files, ...taken],
        searchFolders(argv, unit.cwd, unit.source),
        sinceMs,
      );
    return key;
  }

  /** Everything that decides the object but the text. `root` is left in where a list of absolute paths is looked up. */
  private unitKey(unit: CompileUnit, compiler: Compiler, root: string, recipe: Recipe): string {
    const inTree = (path: string) => relative(this.shop.root, path);
    const argv = quietArguments(unit).map((argument) => argument.replaceAll(this.shop.root, '/ROOT'));
    const facts = [
      FORMAT,
      compiler.identity,
      argv,
      inTree(unit.cwd),
      inTree(unit.source),
      unit.stdin !== undefined,
      root,
      ...(recipe.name === '' ? [] : [recipe.name]),
    ];
    const hash = createHash('sha256').update(JSON.stringify(facts));
    for (const bytes of namedFiles([...compiler.flags, ...unit.arguments], unit.cwd))
      hash.update(bytes).update('\0');
    return hash.digest('hex');
  }

  private compile(
    key: string,
    unit: CompileUnit,
    compiler: Compiler,
    side: Side,
    timeLimitMs: number,
    recipe: Recipe,
  ): Promise<Entry> {
    return withFolder(this.shop, async (folder) => {
      this.compiles[side] += 1;
      const { exit, said, bytes } = await recipe.make(folder, unit, compiler, timeLimitMs);
      const succeeded = exit.kind === 'exited' && exit.code === 0;
      const entry = succeeded
        ? this.keepObject(bytes)
        : ({ kind: 'rejected', ...rejection(exit, said) } as const);
      if (!killedFromOutside(exit)) this.entries.publish(key, entry);
      return entry;
    });
  }

  /** Compiles the unit as the build does. */
  private readonly object: Recipe = {
    name: '',
    make: async (folder, unit, compiler, timeLimitMs) => {
      const object = join(folder, 'unit.o');
      const { exit, stderr, stdout } = await runCompiler(this.shop, unit, compiler, ['-c', '-o', object], {
        timeLimitMs,
      });
      return { exit, said: `${stderr}\n${stdout}`, bytes: content(object) };
    },
  };

  private keepObject(bytes: Buffer | undefined): Entry {
    if (bytes !== undefined && isObject(bytes))
      return { kind: 'object', hash: this.blobs.keepBytes(bytes), size: bytes.length };
    const what = bytes === undefined ? 'no object' : bytes.length === 0 ? 'an empty object' : 'no ELF object';
    return { kind: 'rejected', stage: 'assemble', reason: `the compiler reported success and wrote ${what}` };
  }
}

/** File times are as coarse as the kernel's clock tick. */
const CLOCK_TICK_MS = 10;

/** Nothing to remember: the machine ended it, not the unit. */
const killedFromOutside = (exit: { readonly kind: string; readonly signal?: string }): boolean =>
  exit.kind === 'signalled' && ['SIGKILL', 'SIGTERM', 'SIGINT', 'SIGHUP'].includes(exit.signal ?? '');
