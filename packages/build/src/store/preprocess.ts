// The text that a key is made of: what the compiler sees of a unit once headers and macros are in place. Where a side
// can't preprocess, the other side's text stands in, beside the words in which it failed.

import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { ProcessRunner, RunResult } from '@swarm/host';
import type { CompileUnit } from '../plan.js';
import { quietArguments } from './arguments.js';
import { diskFull } from './blobs.js';
import type { Compiler } from './compiler.js';
import { markedFiles, withoutRoot } from './markers.js';

export interface Preprocessed {
  readonly ok: boolean;
  /** Text with bytes as characters; the tree's folder taken out of its markers. */
  readonly text: string;
  /** Files that were read. */
  readonly files: readonly string[];
}

/** Everything that running a compiler on a unit takes. */
export interface Workshop {
  readonly runner: ProcessRunner;
  readonly env: Readonly<Record<string, string>>;
  /** A folder of our own for what compilers write. */
  readonly scratch: string;
  /** Empty folders in it, to be used again: making and removing one costs as much as a small run. */
  readonly spare: string[];
  readonly root: string;
  readonly signal?: AbortSignal;
}

let serial = 0;

/** Call with an empty folder that nobody else uses meanwhile. */
export async function withFolder<T>(shop: Workshop, work: (folder: string) => Promise<T>): Promise<T> {
  const folder = shop.spare.pop() ?? join(shop.scratch, `run-${++serial}`);
  mkdirSync(folder, { recursive: true });
  try {
    return await work(folder);
  } finally {
    for (const name of readdirSync(folder)) rmSync(join(folder, name), { recursive: true, force: true });
    shop.spare.push(folder);
  }
}

/** Run a compiler on a unit with further arguments. Throws on a full disk, on an abort and where it can't be started. */
export async function runCompiler(
  shop: Workshop,
  unit: CompileUnit,
  compiler: Compiler,
  extra: readonly string[],
  request: { readonly timeLimitMs: number; readonly stdoutFile?: string },
): Promise<RunResult> {
  const result = await shop.runner.run({
    argv: [compiler.program, ...compiler.flags, ...quietArguments(unit), ...extra],
    cwd: unit.cwd,
    env: { ...shop.env, ...unit.environment, TMPDIR: shop.scratch },
    ...(unit.stdin === undefined ? {} : { stdin: unit.stdin }),
    ...(shop.signal === undefined ? {} : { signal: shop.signal }),
    ...request,
  });
  if (result.exit.kind === 'aborted') throw shop.signal?.reason ?? new Error('aborted');
  if (result.exit.kind === 'not-started') throw new Error(result.exit.reason);
  if (/no space left on device/i.test(result.stderr)) throw diskFull(shop.scratch);
  return result;
}

/** Preprocess a unit with a compiler that can; failure is a value. */
export function preprocess(
  shop: Workshop,
  unit: CompileUnit,
  compiler: Compiler,
  timeLimitMs: number,
): Promise<Preprocessed> {
  return withFolder(shop, async (folder) => {
    const stdoutFile = join(folder, 'unit.i');
    const result = await runCompiler(shop, unit, compiler, ['-E'], { timeLimitMs, stdoutFile });
    if (result.exit.kind !== 'exited' || result.exit.code !== 0)
      return { ok: false, text: withoutTemporaryNames(result.stderr), files: [] };
    const text = readFileSync(stdoutFile, 'latin1');
    return { ok: true, text: withoutRoot(text, shop.root), files: markedFiles(text, unit.cwd) };
  });
}

/** Messages name scratch files at random; the same failure must read the same. */
const withoutTemporaryNames = (text: string): string => text.replace(/\/[^\s:'"]*\/[^\s:'"/]*/g, '/FILE');
