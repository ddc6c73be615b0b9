// A slot: a private copy of the tree in which one worker builds and tests one selection after another. It knows which
// object lies in each unit's place and what was made of them, so that a new selection costs only the objects that differ
// and the work downstream of them. After a test it is put back as it was, so that no probe sees another's traces.

import { createHash } from 'node:crypto';
import {
  chmodSync,
  constants,
  copyFileSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  unlinkSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import type { Outcome } from '@swarm/core';
import type { RunResult } from '@swarm/host';
import type { BuildPlan } from '../plan.js';
import { asDiskFull, type Blobs } from '../store/blobs.js';
import { type Assembly, type Bench, placedObjects } from './assembly.js';
import type { StepGraph } from './graph.js';
import { AS_RECORDED, type LinkVariation, variationKey } from './link-variation.js';
import { OwnFiles } from './own-files.js';
import { changedSince, restore, setMark, type TreeSnapshot } from './tree.js';

/** What all slots of a session share. */
export interface SlotSetting {
  readonly plan: BuildPlan;
  readonly graph: StepGraph;
  readonly blobs: Blobs;
  readonly snapshot: TreeSnapshot;
}

export interface TestRequest {
  readonly command: string;
  /** Where it runs, as a path of the original tree. */
  readonly dir: string;
  readonly timeLimitMs?: number | undefined;
  /** Where its standard output goes; left out: captured, capped. */
  readonly stdoutFile?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Further variables. */
  readonly env?: Readonly<Record<string, string>> | undefined;
}

/** A linked selection, by a hash over its products; or how the link failed. */
export type Linked =
  | { readonly kind: 'linked'; readonly digest: string }
  | { readonly kind: 'not-linked'; readonly outcome: Outcome };

export class Slot {
  /** Blob in each object's place; '' where it is not known. */
  private readonly present: string[];
  /** Outputs that are not what the present objects make. */
  private readonly stale = new Set<string>();
  /** What an output looked like when it was made. */
  private readonly looks = new Map<string, string>();
  private readonly hashes = new Map<string, string>();
  /** This slot's copies of blobs, by hash, with what they looked like when they were made. */
  private readonly copies = new Map<string, string>();
  private readonly objects: readonly string[];
  /** Where they lie on disk. */
  private readonly files: readonly string[];
  /** Where copies of blobs lie, up to their hash. */
  private readonly ownCopy: string;
  private readonly objectAt: ReadonlyMap<string, number>;
  private variation = variationKey(AS_RECORDED);
  private own: { readonly outputs: readonly string[]; readonly files: OwnFiles } | undefined;

  constructor(
    private readonly setting: SlotSetting,
    readonly bench: Bench,
    private readonly assembly: Assembly,
  ) {
    this.objects = placedObjects(setting.plan);
    this.present = this.objects.map(() => '');
    this.files = this.objects.map((path) => bench.place.file(path));
    this.ownCopy = `${join(bench.side, 'objects')}/`;
    this.objectAt = new Map(this.objects.map((path, i) => [path, i]));
    mkdirSync(join(bench.side, 'tmp'), { recursive: true });
  }

  /** Put a choice of objects in place and make the products. Throws on a full disk. */
  async link(
    blobOf: (object: number) => string,
    signal?: AbortSignal,
    variation = AS_RECORDED,
  ): Promise<Linked> {
    this.varyLinks(variation);
    const changed = [...this.present.keys()].filter((i) => this.present[i] !== blobOf(i));
    const work = this.assembly.work(changed, this.stale, variation);
    try {
      for (const path of work?.removes ?? []) this.discard(path);
      for (const object of new Set([...changed, ...(work?.refresh ?? [])]))
        this.putObject(object, blobOf(object));
    } catch (cause) {
      throw asDiskFull(cause, this.bench.copy);
    }
    const outcome = await work?.run(signal, (object) => this.copyOf(this.present[object]!));
    if (outcome !== undefined) {
      for (const object of changed) this.present[object] = '';
      return { kind: 'not-linked', outcome };
    }
    this.stale.clear();
    if (work !== undefined) this.forgetFiles(work.writes ?? [...this.looks.keys(), ...this.hashes.keys()]);
    for (const path of this.assembly.outputs())
      if (!this.looks.has(path)) this.looks.set(path, this.look(path));
    return { kind: 'linked', digest: this.digest() };
  }

  /** Nothing that was linked another way can stay. */
  private varyLinks(variation: LinkVariation): void {
    const key = variationKey(variation);
    if (key !== this.variation) for (const path of this.assembly.outputs()) this.stale.add(path);
    this.variation = key;
  }

  /** Run a test on what is linked. Afterwards the copy is as it was before. */
  async test(request: TestRequest): Promise<RunResult> {
    const { bench } = this;
    const mark = join(bench.side, 'mark');
    const [home, temporary] = [this.emptied('home'), this.emptied('tmp')];
    setMark(mark);
    const result = await bench.runner.run({
      argv: ['sh', '-c', request.command],
      cwd: bench.place.argument(request.dir),
      env: { ...bench.env, HOME: home, TMPDIR: temporary, ...request.env },
      ...(request.timeLimitMs === undefined ? {} : { timeLimitMs: request.timeLimitMs }),
      ...(request.stdoutFile === undefined ? {} : { stdoutFile: request.stdoutFile }),
      ...(request.signal === undefined ? {} : { signal: request.signal }),
    });
    const changed = await changedSince(mark, bench.copy, bench.walker, bench.skip);
    const disturbed = restore(this.setting.snapshot, bench.copy, changed, this.ownFiles(), bench.skip);
    for (const path of disturbed) this.checkOwn(path);
    return result;
  }

  /** Hash of each product, in order; 'absent' where there is none. */
  productHashes(): readonly string[] {
    return this.assembly.products().map((path) => this.productHash(path));
  }

  private digest(): string {
    return createHash('sha256').update(this.productHashes().join('\n')).digest('hex');
  }

  private productHash(path: string): string {
    let hash = this.hashes.get(path);
    if (hash === undefined) {
      hash = fileHash(this.bench.place.file(path));
      this.hashes.set(path, hash);
    }
    return hash;
  }

  /** They have been written: what was known of them holds no more. */
  private forgetFiles(paths: readonly string[]): void {
    for (const path of paths) {
      this.looks.delete(path);
      this.hashes.delete(path);
    }
  }

  /** What lies there is not what the present objects make. */
  discard(path: string): void {
    this.forgetFiles([path]);
    this.stale.add(path);
    if (!this.objectAt.has(path)) rmSync(this.bench.place.file(path), { recursive: true, force: true });
  }

  /**
   * Objects are links to copies of this slot's own: a test that writes into one spoils neither the store nor another slot.
   */
  private putObject(object: number, hash: string): void {
    const to = this.files[object]!;
    this.present[object] = '';
    removeFile(to);
    if (this.setting.graph.rewritten.has(object)) copyObject(this.setting.blobs.path(hash), to);
    else {
      const own = this.copyOf(hash);
      inFolder(to, () => linkSync(own, to));
    }
    this.present[object] = hash;
  }

  /** This slot's copy of a blob, made when first asked for. */
  private copyOf(hash: string): string {
    const own = this.ownCopy + hash;
    if (!this.copies.has(hash)) {
      rmSync(own, { force: true });
      copyObject(this.setting.blobs.path(hash), own);
      this.copies.set(hash, lookOf(own));
    }
    return own;
  }

  /** An own file was touched: is it still what it was? */
  private checkOwn(relativePath: string): void {
    const path = `${this.setting.plan.root}/${Buffer.from(relativePath, 'latin1').toString('utf8')}`;
    const object = this.objectAt.get(path);
    const made = this.looks.get(path);
    if (made !== undefined) {
      if (this.look(path) !== made) this.discard(path);
    } else if (object !== undefined) {
      const file = this.files[object]!;
      const hash = this.present[object]!;
      if (hash === '' || this.copies.get(hash) === lookOf(file) || fileHash(file) === hash) return;
      this.present[object] = '';
      this.copies.delete(hash);
    }
  }

  private look(path: string): string {
    const stat = lstatSync(this.bench.place.file(path), { bigint: true, throwIfNoEntry: false });
    return stat === undefined
      ? 'absent'
      : `${stat.ino} ${stat.size} ${stat.mtimeNs} ${stat.ctimeNs} ${stat.mode}`;
  }

  private ownFiles(): OwnFiles {
    const outputs = this.assembly.outputs();
    if (this.own?.outputs !== outputs)
      this.own = { outputs, files: new OwnFiles(this.setting.plan.root, [...this.objects, ...outputs]) };
    return this.own.files;
  }

  /** An empty folder beside the copy. */
  emptied(name: string): string {
    const folder = join(this.bench.side, name);
    mkdirSync(folder, { recursive: true });
    for (const entry of readdirSync(folder, { encoding: 'buffer' }))
      rmSync(Buffer.concat([Buffer.from(`${folder}/`), entry]), { recursive: true, force: true });
    return folder;
  }
}

/** A file's identity but for its link count's traces: what a write can't leave as it is. */
function lookOf(file: string): string {
  const stat = lstatSync(file, { throwIfNoEntry: false });
  return stat === undefined ? 'absent' : `${stat.ino} ${stat.size} ${stat.mtimeMs}`;
}

/** Writable, as compilers leave their objects: a step may copy it with its mode and edit the copy. */
function copyObject(from: string, to: string): void {
  inFolder(to, () => copyFileSync(from, to, constants.COPYFILE_FICLONE));
  chmodSync(to, 0o644);
}

/** Without the cost of a general remove, where there are hundreds. */
function removeFile(file: string): void {
  try {
    unlinkSync(file);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') rmSync(file, { recursive: true, force: true });
  }
}

/** Do it, in a folder that may have to be made first. */
function inFolder(file: string, make: () => void): void {
  try {
    make();
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') throw cause;
    mkdirSync(dirname(file), { recursive: true });
    make();
  }
}

function fileHash(file: string): string {
  try {
    return createHash('sha256').update(readFileSync(file)).digest('hex');
  } catch {
    return 'absent';
  }
}
