// The two commands that show a difference by hand: a file compiled by either side, linked by the oracle, and run once. What
// they need beside the file (the run's input, the rest of the program) is put into the folder with it.

import { chmodSync, copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { COMPILER_TABLE } from '../command/options.js';
import { tokenize } from '../command/token.js';
import { quoted } from '../probe/script.js';
import type { LinkedTree, Workbench } from '../probe/workbench.js';
import type { Compiler } from '../store/compiler.js';
import { INPUT, readBy } from './invocation.js';
import type { Reduction } from './reduction.js';
import type { CandidateTest } from './trial.js';

/** Shell commands; both print what the program prints and end as it ends. */
export interface ShowCommands {
  readonly oracle: string;
  readonly target: string;
}

/** Stands for the file's object in a link. */
const OBJECT = '\0object';

/** Put together the commands, and see that they show the difference; undefined where they don't. */
export async function showCommands({ test }: Reduction, folder: string): Promise<ShowCommands | undefined> {
  copyFileSync(test.invocation.stdin, join(folder, INPUT));
  const { bench, setting } = test;
  const link =
    setting.kind === 'standalone'
      ? [bench.oracle.program, ...bench.oracle.flags, OBJECT, ...setting.libraries]
      : await bench.lend({}, (tree) => keptLink(bench, tree, test, folder));
  if (link === undefined) return undefined;
  const commands = {
    oracle: command(test, folder, link, 'oracle', bench.oracle, ['-O0']),
    target: command(test, folder, link, 'target', bench.target, []),
  };
  if (!(await differ(test, commands))) return undefined;
  for (const [side, line] of Object.entries(commands)) writeFileSync(join(folder, `${side}.sh`), `${line}\n`);
  return commands;
}

function command(
  { invocation, fileName, arguments: words }: CandidateTest,
  folder: string,
  link: readonly string[],
  side: string,
  compiler: Compiler,
  level: readonly string[],
): string {
  const object = `${side}.o`;
  const compile = [compiler.program, ...compiler.flags, ...words, ...level, '-c', fileName, '-o', object];
  const linked = link.map((word) => (word === OBJECT ? object : word));
  const program = join(folder, side);
  const variables = Object.entries(invocation.env).map(([name, value]) => `${name}=${value}`);
  const run = [...(variables.length > 0 ? ['env', ...variables] : []), program, ...invocation.arguments];
  const line = (argv: readonly string[]) => argv.map(quoted).join(' ');
  const input = readBy(invocation).has(INPUT) ? quoted(join(folder, INPUT)) : '/dev/null';
  return `cd ${quoted(folder)} && ${line(compile)} && ${line([...linked, '-o', side])} && cd ${quoted(invocation.dir)} && ${line(run)} <${input}`;
}

/** The program's link with all its inputs kept in the folder; undefined where the unit goes into it by another way. */
async function keptLink(
  bench: Workbench,
  tree: LinkedTree,
  { invocation, setting }: CandidateTest,
  folder: string,
): Promise<string[] | undefined> {
  const { plan } = bench;
  if (setting.kind !== 'in-program' || setting.others.size > 0) return undefined;
  const { object } = plan.units[setting.unit]!;
  const step = plan.steps.findLast(
    ({ kind, outputs }) => kind === 'link' && outputs.includes(invocation.program),
  );
  if (step === undefined) return undefined;
  mkdirSync(join(folder, 'objects'), { recursive: true });
  const words: string[] = [];
  for (const token of tokenize(step.arguments, COMPILER_TABLE)) {
    if (token.kind === 'option') {
      if (token.role === 'library-folder') words.push(`-L${resolve(step.cwd, token.value ?? '')}`);
      else if (token.role !== 'output') words.push(...token.words);
      continue;
    }
    const path = resolve(step.cwd, token.text);
    if (path === object) words.push(OBJECT);
    else
      words.push(
        ...(await keptInput(bench, tree, path, object, folder, `objects/${words.length}-${basename(path)}`)),
      );
  }
  return words.includes(OBJECT) ? [step.program, ...words] : undefined;
}

/** An input of the link, copied; an archive that holds the unit goes on without it, behind the unit. */
async function keptInput(
  bench: Workbench,
  tree: LinkedTree,
  path: string,
  object: string,
  folder: string,
  name: string,
): Promise<string[]> {
  if (!path.startsWith(`${bench.plan.root}/`)) return [path];
  const to = join(folder, name);
  copyFileSync(tree.file(path), to);
  chmodSync(to, 0o644);
  const archive = bench.plan.steps.find(
    ({ kind, inputs, outputs }) => kind === 'archive' && outputs.includes(path) && inputs.includes(object),
  );
  if (archive === undefined) return [name];
  await bench.shop.runner.run({ argv: ['ar', 'd', to, basename(object)], cwd: bench.plan.root });
  return [OBJECT, name];
}

/** Run both in a copy of the tree: what a reduced program does to files is nobody's loss there. */
async function differ(
  { bench, timeLimitMs, invocation }: CandidateTest,
  commands: ShowCommands,
): Promise<boolean> {
  const limit = { dir: invocation.dir, timeLimitMs: timeLimitMs + 30_000, signal: bench.shop.signal };
  const ended = await bench.lend({}, async (tree) => {
    const oracle = await tree.run({ command: commands.oracle, ...limit });
    const target = await tree.run({ command: commands.target, ...limit, timeLimitMs: timeLimitMs + 10_000 });
    return { oracle, target };
  });
  if (ended === undefined || ended.oracle.exit.kind !== 'exited') return false;
  const { oracle, target } = ended;
  return oracle.stdout !== target.stdout || JSON.stringify(oracle.exit) !== JSON.stringify(target.exit);
}
