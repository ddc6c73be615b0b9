// Temporary folders for tests: written from an object literal, gone when the test file or the test process ends.

import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A folder of a test's own. */
export interface Folder {
  readonly dir: string;
  path(...parts: string[]): string;
  /** Write a file, with the folders above it; text that starts with `#!` becomes executable. */
  write(file: string, text: string | Uint8Array): string;
  read(file: string): string;
  remove(): void;
}

const made = new Set<string>();

/** Removes every folder that is there still. */
export function removeFolders(): void {
  for (const dir of made) rmSync(dir, { recursive: true, force: true });
  made.clear();
}
process.once('exit', removeFolders);
// The test runner ends its workers by a signal; taken once, the next one ends the process as before.
process.once('SIGTERM', () => {
  removeFolders();
  process.kill(process.pid, 'SIGTERM');
});

/** A new folder with these files: names (with slashes) and their texts. */
export function project(
  files: Readonly<Record<string, string | Uint8Array>> = {},
  prefix = 'swarm-test-',
): Folder {
  const dir = mkdtempSync(join(tmpdir(), prefix));
  made.add(dir);
  const folder: Folder = {
    dir,
    path: (...parts) => join(dir, ...parts),
    write(file, text) {
      const path = join(dir, file);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text);
      if (typeof text === 'string' && text.startsWith('#!')) chmodSync(path, 0o755);
      return path;
    },
    read: (file) => readFileSync(join(dir, file), 'utf8'),
    remove() {
      rmSync(dir, { recursive: true, force: true });
      made.delete(dir);
    },
  };
  for (const [file, text] of Object.entries(files)) folder.write(file, text);
  return folder;
}
