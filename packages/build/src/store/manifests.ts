// Knowing a unit's key without preprocessing it again: after one preprocessing, the files that it read are listed with a
// digest over their content and over which other search folders hold a file of the same name (one that appears earlier
// in the search order would be read instead). While the digest holds, the preprocessed text is the same.

import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { Records } from './entries.js';

interface Manifest {
  readonly key: string;
  readonly files: readonly string[];
  readonly folders: readonly string[];
  readonly digest: string;
}

const FOLDER_OPTIONS = ['-I', '-iquote', '-isystem', '-idirafter'];

export class Manifests {
  private readonly records: Records<Manifest>;
  private readonly contents = new Map<string, string>();
  private readonly shadows = new Map<string, Map<string, string>>();

  constructor(folder: string) {
    this.records = new Records(folder);
  }

  /** The key recorded under `id`, if every file it depends on is as it was. */
  find(id: string): string | undefined {
    const manifest = this.records.read(id);
    if (manifest === undefined) return undefined;
    const digest = this.digest(manifest.files, manifest.folders);
    return digest === manifest.digest ? manifest.key : undefined;
  }

  /** Record what `key` depends on, unless a file changed at or after `sinceMs`: then nobody knows what was read. */
  record(
    id: string,
    key: string,
    files: readonly string[],
    folders: readonly string[],
    sinceMs: number,
  ): void {
    const sorted = [...files].sort();
    if (sorted.some((file) => changedSince(file, sinceMs))) return;
    const digest = this.digest(sorted, folders);
    if (digest !== undefined) this.records.publish(id, { key, files: sorted, folders, digest });
  }

  /** Undefined where a file can't be read. */
  private digest(files: readonly string[], folders: readonly string[]): string | undefined {
    const shadows = this.shadowsOf(folders);
    const hash = createHash('sha256');
    for (const file of files) {
      const content = this.contentOf(file);
      if (content === '') return undefined;
      hash
        .update(file)
        .update('\0')
        .update(content)
        .update(this.shadow(file, folders, shadows))
        .update('\n');
    }
    return hash.digest('hex');
  }

  private contentOf(file: string): string {
    let known = this.contents.get(file);
    if (known === undefined) {
      known = readable(file);
      this.contents.set(file, known);
    }
    return known;
  }

  private shadowsOf(folders: readonly string[]): Map<string, string> {
    const id = folders.join('\0');
    const known = this.shadows.get(id) ?? new Map<string, string>();
    this.shadows.set(id, known);
    return known;
  }

  /** Which of the folders hold a file of this one's name, as a string of bits for each folder that it lies under. */
  private shadow(file: string, folders: readonly string[], known: Map<string, string>): string {
    const cached = known.get(file);
    if (cached !== undefined) return cached;
    const under = folders.filter((folder) => file.startsWith(`${folder}/`));
    const bits = under
      .map((folder) => file.slice(folder.length + 1))
      .map((name) => folders.map((other) => (existsSync(`${other}/${name}`) ? '1' : '0')).join(''))
      .join(',');
    known.set(file, bits);
    return bits;
  }
}

/** The folders that an argument list searches for headers, and the source's own. */
export function searchFolders(argv: readonly string[], cwd: string, source: string): string[] {
  const folders = new Set([dirname(source)]);
  argv.forEach((argument, i) => {
    const option = FOLDER_OPTIONS.find((name) => argument.startsWith(name));
    if (option === undefined) return;
    const value = argument.length > option.length ? argument.slice(option.length) : argv[i + 1];
    if (value !== undefined) folders.add(resolve(cwd, value));
  });
  return [...folders];
}

function changedSince(file: string, sinceMs: number): boolean {
  const stat = statSync(file, { throwIfNoEntry: false });
  return stat === undefined || stat.mtimeMs >= sinceMs || stat.ctimeMs >= sinceMs;
}

function readable(file: string): string {
  try {
    return createHash('sha256').update(readFileSync(file)).digest('hex');
  } catch {
    return '';
  }
}
