// Arguments that keep functions apart: no inlining, no knowledge of a callee in its callers, no calling convention of its own
// for a static function, no static variable changed behind its name. Otherwise functions of two compilations wouldn't fit
// each other. A compiler gets those that it takes without a word.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { content } from '../store/arguments.js';
import type { Compiler } from '../store/compiler.js';
import { runCompiler, type Workshop, withFolder } from '../store/preprocess.js';

const PLAIN = ['-g0', '-fno-lto', '-fno-inline'];

const GCC = [
  ...['-fno-inline-small-functions', '-fno-inline-functions', '-fno-inline-functions-called-once'],
  ...[
    '-fno-early-inlining',
    '-fno-partial-inlining',
    '-fno-ipa-ra',
    '-fno-ipa-sra',
    '-fno-ipa-cp',
    '-fno-ipa-bit-cp',
  ],
  ...[
    '-fno-ipa-vrp',
    '-fno-ipa-icf',
    '-fno-ipa-pure-const',
    '-fno-ipa-reference',
    '-fno-ipa-reference-addressable',
  ],
  ...['-fno-ipa-modref', '-fno-ipa-stack-alignment', '-fno-ipa-profile', '-fno-ipa-pta', '-fno-devirtualize'],
  ...[
    '-fno-toplevel-reorder',
    '-fno-reorder-functions',
    '-fno-reorder-blocks-and-partition',
    '-fno-section-anchors',
  ],
];

const CLANG = ['-fno-inline-functions', '-fno-addrsig', '-Qunused-arguments'];

/**
 * For clang: what is annotated is referred to from a table that the optimiser can't see through (and that is never written),
 * so neither a static function's calling convention nor a static variable's shape can change.
 */
const ANNOTATED =
  '#pragma clang attribute push(__attribute__((annotate("separate"))), apply_to = any(function, variable(is_global)))\n';
const POPPED = '#pragma clang attribute pop\n';

/** Arguments for one compiler, and what has to stand before and after the text that it compiles. */
export interface SeparateFlags {
  readonly flags: readonly string[];
  readonly wrap: readonly [before: string, after: string] | undefined;
}

const ONLY_CLANG = '#ifndef __clang__\n#error no\n#endif\n';
const PROBE = 'static int twice(int x) { return x + x; }\nint (*apply)(int) = twice;\n';
const TIME_LIMIT_MS = 20_000;

/** Try out what a compiler takes; undefined where it doesn't write assembly at all. */
export async function separateFlags(shop: Workshop, compiler: Compiler): Promise<SeparateFlags | undefined> {
  const takes = (flags: readonly string[], text = PROBE) => compilesQuietly(shop, compiler, flags, text);
  if (!(await takes([]))) return undefined;
  const isClang = await takes([], `${ONLY_CLANG}${PROBE}`);
  const flags: string[] = [];
  for (const family of isClang ? [PLAIN, GCC, CLANG] : [PLAIN, GCC]) {
    if (await takes(family)) flags.push(...family);
    else for (const flag of family) if (await takes([flag])) flags.push(flag);
  }
  const annotated = isClang && (await takes(flags, `${ANNOTATED}${PROBE}${POPPED}`));
  return { flags, wrap: annotated ? [ANNOTATED, POPPED] : undefined };
}

/** Does it make assembly of a tiny source, with nothing to say? */
function compilesQuietly(
  shop: Workshop,
  compiler: Compiler,
  flags: readonly string[],
  text: string,
): Promise<boolean> {
  return withFolder(shop, async (folder) => {
    const source = join(folder, 'probe.c');
    const output = join(folder, 'probe.s');
    writeFileSync(source, text);
    const unit = {
      id: source,
      source,
      cwd: folder,
      arguments: [source],
      object: output,
      sourceBytes: text.length,
    };
    const extra = [...flags, '-S', '-o', output];
    const { exit, stderr } = await runCompiler(shop, unit, compiler, extra, { timeLimitMs: TIME_LIMIT_MS });
    const isText = content(output)?.includes('twice') === true;
    return exit.kind === 'exited' && exit.code === 0 && stderr === '' && isText;
  });
}
