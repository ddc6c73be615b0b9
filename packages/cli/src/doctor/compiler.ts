// Checks of a compiler by using it: can it take a small program all the way, and which of the options that help a
// bisect does it understand.

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Bench, type Check, failure, succeeded, tryRun } from './check.js';
import { versionIn } from './tools.js';

const PROGRAM = `struct pair { int a; long b; };
static long sum(const struct pair *p, int n) { long s = 0; for (int i = 0; i < n; i++) s += p[i].a * p[i].b; return s; }
int main(int argc, char **argv) {
  struct pair p[3] = { { argc, 2 }, { 3, 4 }, { 5, 6 } };
  (void)argv;
  return sum(p, 3) == 44 ? 42 : 1;
}
`;

/** What the small program's exit status is when the compiler is right. */
const EXPECTED_STATUS = 42;

export interface CompilerUnderCheck {
  readonly role: 'oracle' | 'target';
  readonly cc: string;
  readonly flags: readonly string[];
}

/** Compile, assemble, link and run a small program; then try -S, -E and -MD. */
export async function checkCompiler(bench: Bench, compiler: CompilerUnderCheck): Promise<Check> {
  const { role, cc, flags } = compiler;
  const source = join(bench.dir, `${role}.c`);
  const object = join(bench.dir, `${role}.o`);
  const program = join(bench.dir, role);
  await writeFile(source, PROGRAM);
  const steps: [string, readonly string[]][] = [
    ['compile and assemble', [cc, ...flags, '-c', source, '-o', object]],
    ['link', role === 'oracle' ? [cc, ...flags, object, '-o', program] : ['cc', object, '-o', program]],
  ];
  for (const [what, argv] of steps) {
    const result = await tryRun(bench, argv);
    if (!succeeded(result)) return broken(compiler, `does not ${what} a small program: ${failure(result)}`);
  }
  const ran = await tryRun(bench, [program]);
  if (ran.exit.kind !== 'exited' || ran.exit.code !== EXPECTED_STATUS) {
    return broken(compiler, `the small program that it compiled is wrong: ${failure(ran)}`);
  }
  const options = await takenOptions(bench, compiler, source);
  const version = await versionOf(bench, cc);
  return { name: role, state: 'ok', detail: `${cc}${version}: compiles, assembles, links, runs; ${options}` };
}

async function takenOptions(bench: Bench, compiler: CompilerUnderCheck, source: string): Promise<string> {
  const out = (suffix: string) => join(bench.dir, `${compiler.role}${suffix}`);
  const tries: [string, readonly string[]][] = [
    ['-S', ['-S', source, '-o', out('.s')]],
    ['-E', ['-E', source, '-o', out('.i')]],
    ['-MD', ['-MD', '-MF', out('.d'), '-c', source, '-o', out('2.o')]],
  ];
  const said: string[] = [];
  for (const [option, argv] of tries) {
    const result = await tryRun(bench, [compiler.cc, ...compiler.flags, ...argv]);
    said.push(`${option} ${succeeded(result) ? 'yes' : 'no'}`);
  }
  return said.join(', ');
}

async function versionOf(bench: Bench, cc: string): Promise<string> {
  for (const option of ['--version', '-v']) {
    const result = await tryRun(bench, [cc, option]);
    const text = `${result.stdout}\n${result.stderr}`;
    if (succeeded(result) && /\d\.\d/.test(text)) return ` ${versionIn(text.replaceAll(/\(.*?\)/g, ''))}`;
  }
  return '';
}

function broken({ role, cc }: CompilerUnderCheck, reason: string): Check {
  const next =
    role === 'oracle'
      ? 'install gcc, or name a working compiler with --oracle'
      : 'make it compile this much first; `--target-flags` adds flags and include folders';
  return { name: role, state: 'fail', detail: `${cc} ${reason}`, next };
}
