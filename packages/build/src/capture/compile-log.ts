// The persistent log of a build: one folder of records per run of it, merged so that what a later run made again
// replaces what an earlier one had made, and the rest stays.

import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { type Action, interpret } from './action.js';
import { ABSENT, type BuildRecord, changedFiles, dropRecords, type Identity, readRun } from './record.js';

/** In the folder of a run that has not been finished. */
const OPEN = 'open';

/** The identity of a file now. */
export function identityOf(path: string): Identity {
  const stat = statSync(path, { bigint: true, throwIfNoEntry: false });
  return stat?.isFile() ? `${stat.ino}:${stat.size}:${stat.mtimeNs}` : ABSENT;
}

export class CompileLog {
  /** `folder`: this build's own place under `.swarm/capture/`. */
  constructor(readonly folder: string) {}

  #runFolder = (run: number): string => join(this.folder, 'runs', `${run}`);

  /** Numbers of the runs so far, ascending. */
  runs(): number[] {
    const folder = join(this.folder, 'runs');
    if (!existsSync(folder)) return [];
    return readdirSync(folder)
      .map(Number)
      .filter(Number.isInteger)
      .toSorted((a, b) => a - b);
  }

  /** Make room for one more run, which counts as cut short until it is finished. */
  begin(): { run: number; folder: string } {
    const run = (this.runs().at(-1) ?? 0) + 1;
    const folder = this.#runFolder(run);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, OPEN), '');
    return { run, folder };
  }

  /** The run's processes have all ended by themselves, and so each has left its record. */
  finish(run: number): void {
    rmSync(join(this.#runFolder(run), OPEN));
  }

  /** A run was killed or lost records: there may be outputs that no record tells of. */
  isCutShort(): boolean {
    return this.runs().some((run) => existsSync(join(this.#runFolder(run), OPEN)));
  }

  records(run: number): BuildRecord[] {
    return readRun(this.#runFolder(run), run);
  }

  /** True when the shim could not write a record (a full disk). */
  hasLost(run: number): boolean {
    return existsSync(join(this.#runFolder(run), 'lost'));
  }

  /** All at once: a kill half way must not leave some of the records behind. */
  forget(): void {
    const [runs, gone] = [join(this.folder, 'runs'), join(this.folder, 'gone')];
    rmSync(gone, { recursive: true, force: true });
    if (existsSync(runs)) renameSync(runs, gone);
    rmSync(gone, { recursive: true, force: true });
    rmSync(join(this.folder, 'state.json'), { force: true });
  }

  /** Everything that still counts, in order; records that were replaced are dropped with their copies. */
  merge(): Action[] {
    let live: Action[] = [];
    for (const run of this.runs()) {
      const made = this.records(run).map((record) => interpret(record, (file) => readFileSync(file, 'utf8')));
      const replaced = replacedBy(made);
      this.#drop(live.filter(replaced).map((old) => old.record));
      live = [...live.filter((old) => !replaced(old)), ...made];
    }
    const counting = new Set(live.map(({ record }) => record.run));
    for (const run of this.runs())
      if (!counting.has(run)) rmSync(this.#runFolder(run), { recursive: true, force: true });
    return live;
  }

  #drop(records: readonly BuildRecord[]): void {
    for (const run of new Set(records.map((record) => record.run)))
      dropRecords(
        this.#runFolder(run),
        records.filter((record) => record.run === run),
      );
  }

  /** Remember what lies where now, so that the next run sees what others have changed. */
  settle(actions: readonly Action[]): void {
    const final = Object.fromEntries(
      [...lastWriters(actions).keys()].map((path) => [path, identityOf(path)]),
    );
    writeFileSync(join(this.folder, 'state.json'), JSON.stringify({ version: 1, final }));
  }

  /** The first file recorded before `run` that is no longer what the build had left there; undefined when all are. */
  findForeign(actions: readonly Action[], run: number): string | undefined {
    const file = join(this.folder, 'state.json');
    const final: Record<string, Identity> = existsSync(file)
      ? JSON.parse(readFileSync(file, 'utf8')).final
      : {};
    for (const [path, { record, identity }] of lastWriters(actions)) {
      if (record.run < run && identityOf(path) !== (final[path] ?? identity)) return path;
    }
    return undefined;
  }
}

/** Who wrote each path last. */
function lastWriters(actions: readonly Action[]): Map<string, { record: BuildRecord; identity: Identity }> {
  const last = new Map<string, { record: BuildRecord; identity: Identity }>();
  for (const { record } of actions) {
    if (record.status !== 0) continue;
    for (const file of changedFiles(record)) last.set(file.path, { record, identity: file.after });
  }
  return last;
}

/** Whether an action of an earlier run is replaced by what a later one did. */
function replacedBy(later: readonly Action[]): (old: Action) => boolean {
  const sameCommand = (record: BuildRecord) =>
    [
      record.family,
      record.cwd,
      record.stdin === undefined ? '' : `${record.run}:${record.number}`,
      ...record.argv,
    ].join('\0');
  const commands = new Set(later.map((action) => sameCommand(action.record)));
  const sources = new Set(
    later.flatMap((action) => action.sources.map(({ source, object }) => `${source}\0${object}`)),
  );
  const fresh = new Set(
    later
      .flatMap((action) => action.step?.writes ?? [])
      .flatMap((write) => (write.fresh ? [write.path] : [])),
  );
  return (old) =>
    commands.has(sameCommand(old.record)) ||
    (old.sources.length > 0 &&
      old.sources.every(({ source, object }) => sources.has(`${source}\0${object}`))) ||
    (old.step?.writes.some((write) => fresh.has(write.path)) ?? false);
}
