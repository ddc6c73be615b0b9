// How the test runs the program: each run is recorded with its arguments, folder, input and changed variables, by putting a
// script in the program's place. A reproducer then needs one such run and no test any more.

import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { quoted } from '../probe/script.js';
import type { LinkedTree, Workbench } from '../probe/workbench.js';

/** One run of a program. */
export interface Invocation {
  /** The product that was run, a path of the original tree. */
  readonly program: string;
  readonly arguments: readonly string[];
  /** A path of the original tree, where it is in the tree. */
  readonly dir: string;
  /** A file with what it could read from standard input. */
  readonly stdin: string;
  /** Variables that the test had set or changed. */
  readonly env: Readonly<Record<string, string>>;
  /** Arguments, by number, that are files of the reduction's own in place of the tree's. */
  readonly ownFiles?: readonly number[];
}

/** What is read from standard input is kept by this name. */
export const INPUT = 'input';

/** What a reduction keeps of what a run reads: paths by name. Nothing for an empty input. */
export function readBy({ stdin, arguments: words, ownFiles = [] }: Invocation): Map<string, string> {
  const files = ownFiles.map((number) => [basename(words[number]!), words[number]!] as const);
  return new Map([...(statSync(stdin).size === 0 ? [] : [[INPUT, stdin] as const]), ...files]);
}

/** Runs that are looked at; a test with more of them has shown its failure by then, or is too large to learn from. */
const MOST_RUNS = 400;

/** Run the test with objects in place of the oracle's, and tell how it ran the programs of the build. Each run once. */
export async function recordInvocations(
  bench: Workbench,
  objects: ReadonlyMap<number, string>,
  folder: string,
  timeLimitMs: number,
): Promise<Invocation[]> {
  const found = await bench.lend({ objects, signal: bench.shop.signal }, async (tree) => {
    const programs = programsOf(bench, tree);
    for (const [i, program] of programs.entries()) intercept(tree, program, join(folder, String(i)));
    try {
      await tree.run({ ...bench.test, timeLimitMs, signal: bench.shop.signal });
    } finally {
      for (const program of programs) tree.replaced(program);
    }
    return programs.flatMap((program, i) => readRuns(tree, bench, program, join(folder, String(i))));
  });
  const seen = new Map((found ?? []).map((run) => [identity(run), run]));
  return [...seen.values()];
}

const identity = ({ program, arguments: words, dir, stdin }: Invocation): string =>
  JSON.stringify([program, words, dir, readFileSync(stdin, 'latin1')]);

/** Products that can be run: linked, executable, no shared libraries. */
function programsOf({ plan }: Workbench, tree: LinkedTree): string[] {
  const linked = plan.steps.filter(
    ({ kind, arguments: words }) =>
      kind === 'link' && !words.some((word) => /^-(?:shared|dynamiclib)$/.test(word)),
  );
  const outputs = new Set(linked.flatMap(({ outputs: all }) => all));
  return plan.products.filter((path) => {
    const stat = statSync(tree.file(path), { throwIfNoEntry: false });
    return stat?.isFile() && (stat.mode & 0o111) !== 0 && (outputs.size === 0 || outputs.has(path));
  });
}

/** Put a script in a program's place that notes each run and then runs the program. */
function intercept(tree: LinkedTree, program: string, folder: string): void {
  mkdirSync(folder, { recursive: true });
  const real = join(folder, basename(program));
  const place = tree.file(program);
  copyFileSync(place, real);
  chmodSync(real, 0o755);
  const script = `#!/bin/sh
run=${quoted(folder)}/$$
[ ! -e "$run" ] || run=$run.$(date +%N)
mkdir "$run" && pwd -P >"$run/dir" && env -0 >"$run/env"
for word; do printf '%s\\0' "$word"; done >"$run/arguments"
if [ -t 0 ]; then : >"$run/stdin"; else cat >"$run/stdin"; fi
exec ${quoted(real)} "$@" <"$run/stdin"
`;
  writeFileSync(place, script, { mode: 0o755 });
  chmodSync(place, 0o755);
}

function readRuns(tree: LinkedTree, bench: Workbench, program: string, folder: string): Invocation[] {
  const { root } = bench.plan;
  const copy = tree.file(root);
  const original = (path: string) =>
    path === copy || path.startsWith(`${copy}/`) ? root + path.slice(copy.length) : path;
  const names = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return names.slice(0, MOST_RUNS).flatMap(({ name }) => {
    const file = (part: string) => join(folder, name, part);
    if (statSync(file('stdin'), { throwIfNoEntry: false }) === undefined) return [];
    const words = readFileSync(file('arguments'), 'utf8').split('\0').slice(0, -1);
    return {
      program,
      arguments: words.map((word) => word.replaceAll(copy, root)),
      dir: original(readFileSync(file('dir'), 'utf8').slice(0, -1)),
      stdin: file('stdin'),
      env: changedVariables(readFileSync(file('env'), 'utf8'), bench),
    };
  });
}

/** A run's own: they are set anew for each. */
const OWN = /^(?:_|PWD|OLDPWD|SHLVL|HOME|TMPDIR|SWARM_RUN)$/;

function changedVariables(text: string, { shop }: Workbench): Record<string, string> {
  const pairs = text.split('\0').flatMap((entry) => {
    const at = entry.indexOf('=');
    const [name, value] = [entry.slice(0, at), entry.slice(at + 1)];
    // What compilers get differs in these from what tests get.
    const isCompilers =
      /^(?:LC_ALL|SOURCE_DATE_EPOCH|CCACHE_DISABLE)$/.test(name) && process.env[name] === value;
    return at < 1 || OWN.test(name) || shop.env[name] === value || isCompilers
      ? []
      : [[name, value] as const];
  });
  return Object.fromEntries(pairs);
}
