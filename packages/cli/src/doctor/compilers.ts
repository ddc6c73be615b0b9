// Which compilers `swarm doctor` looks at: what was typed, else what the config names, else gcc as the oracle.

import { resolve } from 'node:path';
import { configLayer } from '../bisect/config-layer.js';
import { flagWords } from '../bisect/flag-words.js';
import { compilerPath } from '../bisect/settings.js';
import type { CompilerUnderCheck } from './compiler.js';

interface Typed {
  readonly dir: string;
  readonly target?: string | undefined;
  readonly oracle?: string | undefined;
  readonly 'target-flags'?: string | undefined;
}

export async function compilersToCheck(typed: Typed): Promise<CompilerUnderCheck[]> {
  const config = await configLayer(resolve(typed.dir));
  const here = process.cwd();
  const oracle = typed.oracle === undefined ? undefined : { cc: compilerPath(typed.oracle, here), flags: '' };
  const first = oracle ?? config.oracles?.[0] ?? { cc: 'gcc', flags: '' };
  const target = typed.target === undefined ? config.target : compilerPath(typed.target, here);
  const flags = flagWords(typed['target-flags'] ?? config.targetFlags ?? '');
  return [
    { role: 'oracle', cc: first.cc, flags: flagWords(first.flags) },
    ...(target === undefined ? [] : [{ role: 'target' as const, cc: target, flags }]),
  ];
}
