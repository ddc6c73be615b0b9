// A slot: a private copy of the tree in which one worker builds and tests one selection after another. It knows which
// object lies in each unit's place and what was made of them, so that a new selection costs only the objects that differ
// and the work downstream of them. After a test it is put back as it was, so that no probe sees another's traces.

import { createHash } from 'node:crypto';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
} from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { EXIT, type Outcome, SwarmError } from '@swarm/core';
import type { RunResult } from '@swarm/host';
import type { BuildPlan } from '../plan.js';
import { asDiskFull, type Blobs } from '../store/blobs.js';
import type { Assembly, Bench } from './assembly.js';
import type { StepGraph } from './graph.js';
import { bytesOf, changedSince, type OwnFiles, restore, setMark, type TreeSnapshot } from './tree.js';

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
}

/** A linked selection, by a hash over its products; or how the link failed. */
export type Linked =
  | { readonly kind: 'linked'; readonly digest: string }
  | { readonly kind: 'not-linked'; readonly outcome: Outcome };

export class Slot {
  /** Blob in each unit's place; '' where it is not known. */
  private readonly present: string[];
  /** Outputs that are not what the present objects make. */
  private readonly stale = new Set<string>();
  /** What an output looked like when it was made. */
  private readonly looks = new Map<string, string>();
  private readonly hashes = new Map<string, string>();
  private readonly unitAt: ReadonlyMap<string, number>;
  private own: { readonly outputs: readonly string[]; readonly files: OwnFiles } | undefined;

  constructor(
    private readonly setting: SlotSetting,
    readonly bench: Bench,
    private readonly assembly: Assembly,
  ) {
    this.present = setting.plan.units.map(() => '');
    this.unitAt = new Map(setting.plan.units.map((unit, i) => [unit.object, i]));
    mkdirSync(join(bench.side, 'tmp'), { recursive: true });
  }

  /** Put a choice of objects in place and make the products. Throws on a full disk. */
  async link(blobOf: (unit: number) => string, signal?: AbortSignal): Promise<Linked> {
    const changed = this.setting.plan.units.flatMap((_, i) => (this.present[i] === blobOf(i) ? [] : [i]));
    const work = this.assembly.work(changed, this.stale);
    try {
      for (const path of work?.removes ?? []) this.discard(path);
      for (const unit of new Set([...changed, ...(work?.refresh ?? [])])) this.putObject(unit, blobOf(unit));
    } catch (cause) {
      throw asDiskFull(cause, this.bench.copy);
    }
    const outcome = await work?.run(signal);
    if (outcome !== undefined) return { kind: 'not-linked', outcome };
    this.stale.clear();
    for (const path of this.assembly.outputs())
      if (!this.looks.has(path)) this.looks.set(path, this.look(path));
    return { kind: 'linked', digest: this.digest() };
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
      env: { ...bench.env, HOME: home, TMPDIR: temporary },
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

  private discard(path: string): void {
    this.looks.delete(path);
    this.hashes.delete(path);
    this.stale.add(path);
    if (!this.unitAt.has(path)) rmSync(this.bench.place.file(path), { recursive: true, force: true });
  }

  private putObject(unit: number, hash: string): void {
    const { plan, blobs, graph } = this.setting;
    const to = this.bench.place.file(plan.units[unit]!.object);
    this.present[unit] = '';
    rmSync(to, { force: true });
    placeFile(blobs.path(hash), to, !graph.rewritten.has(unit));
    this.present[unit] = hash;
  }

  /** An own file was touched: is it still what it was? */
  private checkOwn(relativePath: string): void {
    const path = `${this.setting.plan.root}/${Buffer.from(relativePath, 'latin1').toString('utf8')}`;
    const unit = this.unitAt.get(path);
    const made = this.looks.get(path);
    if (made !== undefined) {
      if (this.look(path) !== made) this.discard(path);
    } else if (unit !== undefined) {
      const file = this.bench.place.file(path);
      const hash = this.present[unit]!;
      if (hash === '' || this.setting.blobs.looksLike(hash, file) || fileHash(file) === hash) return;
      this.present[unit] = '';
      this.setting.blobs.take(hash);
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
    if (this.own?.outputs !== outputs) this.own = { outputs, files: this.listOwnFiles(outputs) };
    return this.own.files;
  }

  private listOwnFiles(outputs: readonly string[]): OwnFiles {
    const { plan } = this.setting;
    const folders = new Map<string, Set<string>>();
    for (const path of [...plan.units.map((unit) => unit.object), ...outputs]) {
      const inTree = relative(plan.root, path);
      const folder = bytesOf(dirname(inTree) === '.' ? '' : dirname(inTree));
      const names = folders.get(folder) ?? new Set();
      folders.set(folder, names.add(bytesOf(inTree.slice(inTree.lastIndexOf('/') + 1))));
    }
    const parts = (path: string): [string, string] => {
      const at = path.lastIndexOf('/');
      return [path.slice(0, Math.max(at, 0)), path.slice(at + 1)];
    };
    return {
      has: (path) => {
        const [folder, name] = parts(path);
        return folders.get(folder)?.has(name) ?? false;
      },
      names: (folder) => folders.get(folder) ?? [],
    };
  }

  private emptied(name: string): string {
    const folder = join(this.bench.side, name);
    mkdirSync(folder, { recursive: true });
    for (const entry of readdirSync(folder, { encoding: 'buffer' }))
      rmSync(Buffer.concat([Buffer.from(`${folder}/`), entry]), { recursive: true, force: true });
    return folder;
  }
}

/** A file in its place: a hard link where it may be one and the file system can, else a copy of its own. */
function placeFile(from: string, to: string, mayLink: boolean): void {
  try {
    if (mayLink) {
      linkSync(from, to);
      return;
    }
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT') mkdirSync(dirname(to), { recursive: true });
    else if (code !== 'EXDEV' && code !== 'EPERM' && code !== 'EMLINK') throw cause;
  }
  if (!existsSync(from))
    throw new SwarmError(`object store: ${from} was damaged and removed`, {
      code: 'store-damaged',
      exit: EXIT.environment,
      hint: 'run again: the object is made anew',
    });
  mkdirSync(dirname(to), { recursive: true });
  copyFileSync(from, to);
  chmodSync(to, 0o644);
}

function fileHash(file: string): string {
  try {
    return createHash('sha256').update(readFileSync(file)).digest('hex');
  } catch {
    return 'absent';
  }
}
