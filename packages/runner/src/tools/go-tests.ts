// The tests in Go sources, told by their text: the toolchain looks for the same functions, but can name none of a package that
// doesn't build, and builds each package to name those that do.

import { join } from 'node:path';
import { readSeen } from '@swarm/host';

/** A package of a module, with what `go list` says of it. */
export interface GoPackage {
  readonly dir: string;
  readonly path: string;
  /** Names of files with tests. */
  readonly files: readonly string[];
}

/** What `GO_LIST_FORMAT` makes `go list` print, read back. */
export function readPackages(text: string): GoPackage[] {
  return text.split('\n').flatMap((line) => {
    const [dir, path, ...files] = line.split('\t');
    return dir && path ? [{ dir, path, files: files.filter((file) => file !== '') }] : [];
  });
}

export const GO_LIST_FORMAT =
  '{{.Dir}}{{"\\t"}}{{.ImportPath}}{{range .TestGoFiles}}{{"\\t"}}{{.}}{{end}}{{range .XTestGoFiles}}{{"\\t"}}{{.}}{{end}}';

/** Functions that `go test` runs: not those whose name goes on with a small letter, nor `TestMain`. */
const FUNCTION = /^func ((Test|Fuzz|Example)(?:[^a-z(\s[][\p{L}\p{N}_]*)?)\(([^)]*)\)/gmu;

/** The names of the tests in a file, in their order. */
export async function testsIn(dir: string, file: string): Promise<string[]> {
  const text = withoutComments(await readSeen(join(dir, file)));
  const names: string[] = [];
  for (const match of text.matchAll(FUNCTION)) {
    const [, name, kind, parameters] = match;
    const isExample = kind === 'Example';
    if (
      name === 'TestMain' ||
      (isExample ? parameters!.trim() !== '' : !/\*\s*testing\.[TF]\b/.test(parameters!))
    )
      continue;
    // An example without an output is only compiled.
    const body = text.slice(match.index, text.indexOf('\n}', match.index) + 2);
    if (!isExample || /^\s*\/\/\s*(?:unordered )?output:/im.test(body)) names.push(name!);
  }
  return names;
}

/** Without comments of several lines and raw strings, in which anything may stand. */
const withoutComments = (text: string): string =>
  text.replace(/\/\*[\s\S]*?\*\/|`[^`]*`/g, (it) => it.replace(/[^\n]/g, ' '));
