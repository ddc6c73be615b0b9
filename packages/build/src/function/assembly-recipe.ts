// From a unit to an object in which every function and object stands by itself: compile to text, cut it, assemble it.

import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { RunResult } from '@swarm/host';
import type { CompileUnit } from '../plan.js';
import { content } from '../store/arguments.js';
import type { Compiler } from '../store/compiler.js';
import type { Attempt, Recipe } from '../store/objects.js';
import { runCompiler, type Workshop } from '../store/preprocess.js';
import { splitAssembly } from './assembly-text.js';
import type { SeparateFlags } from './separate-flags.js';

/** Raise it when a change of ours changes what comes out. */
const FORMAT = 2;

export function assemblyRecipe(shop: Workshop, { flags, wrap }: SeparateFlags): Recipe {
  return {
    name: JSON.stringify(['assembly', FORMAT, flags, wrap ?? null]),
    async make(folder, unit, compiler, timeLimitMs) {
      const file = join(folder, 'unit.s');
      const prepared =
        wrap === undefined ? unit : await wrapped(shop, folder, unit, compiler, wrap, timeLimitMs);
      if ('exit' in prepared) return prepared;
      const compiled = await runCompiler(shop, prepared, compiler, [...flags, '-S', '-o', file], {
        timeLimitMs,
      });
      if (!isSuccess(compiled)) return ended(compiled);
      const text = content(file)?.toString('latin1');
      if (text === undefined) return refused('the compiler reported success and wrote no assembly');
      const split = splitAssembly(text);
      if (split.kind === 'unsplittable') return refused(split.reason);
      writeFileSync(file, split.text, 'latin1');
      return assemble(shop, folder, unit, compiler, timeLimitMs);
    },
  };
}

/** The unit as preprocessed text with something before and after it. */
async function wrapped(
  shop: Workshop,
  folder: string,
  unit: CompileUnit,
  compiler: Compiler,
  [before, after]: readonly [string, string],
  timeLimitMs: number,
): Promise<CompileUnit | Attempt> {
  const stdoutFile = join(folder, 'unit.txt');
  const done = await runCompiler(shop, unit, compiler, ['-E'], { timeLimitMs, stdoutFile });
  if (!isSuccess(done)) return ended(done);
  const source = join(folder, 'unit.i');
  // Behind the first line marker, so that the text still begins with the name of its source.
  const text = readFileSync(stdoutFile, 'latin1').replace(/^(?:# \d[^\n]*\n)?/, (marker) => marker + before);
  writeFileSync(source, `${text}\n${after}`, 'latin1');
  const at = unit.arguments.findIndex(
    (word) => resolve(unit.cwd, word) === unit.source || (word === '-' && unit.stdin !== undefined),
  );
  if (at < 0) return refused('its command line does not name its source');
  const { stdin: _, ...rest } = unit;
  return { ...rest, source, arguments: unit.arguments.toSpliced(at, 1, '-x', 'cpp-output', source) };
}

/** By the side's own assembler, which is part of what is tried; by the system's where the compiler takes no assembly. */
async function assemble(
  shop: Workshop,
  folder: string,
  unit: CompileUnit,
  compiler: Compiler,
  timeLimitMs: number,
): Promise<Attempt> {
  const object = join(folder, 'unit.o');
  const machine = unit.arguments.filter((word) => /^-(?:m|Wa,)/.test(word));
  const source = join(folder, 'unit.s');
  const own = { ...unit, cwd: folder, arguments: [...machine, source] };
  const done = await runCompiler(shop, own, compiler, ['-c', '-o', object], { timeLimitMs });
  const bytes = content(object);
  if (isSuccess(done) && bytes !== undefined) return { ...ended(done), bytes };
  const system = await shop.runner.run({
    argv: ['as', '-o', object, source],
    cwd: folder,
    env: shop.env,
    timeLimitMs,
  });
  if (isSuccess(system)) return { ...ended(system), bytes: content(object) };
  const { said, ...failed } = ended(done);
  return { ...failed, said: said.replaceAll(`${folder}/`, '') };
}

const isSuccess = ({ exit }: RunResult): boolean => exit.kind === 'exited' && exit.code === 0;

const ended = ({ exit, stderr, stdout }: RunResult): Attempt => ({
  exit,
  said: `${stderr}\n${stdout}`,
  bytes: undefined,
});

const refused = (reason: string): Attempt => ({
  exit: { kind: 'exited', code: 1 },
  said: reason,
  bytes: undefined,
});
