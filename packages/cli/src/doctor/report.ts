// `swarm doctor` as a whole: all checks side by side, in the order in which they are printed.

import { createRunner, createTempDir, findHelper } from '@swarm/host';
import type { Bench, Check } from './check.js';
import { type CompilerUnderCheck, checkCompiler } from './compiler.js';
import { checkHelper, checkNode, checkTools } from './tools.js';

/** Check the machine and the compilers. */
export async function examine(compilers: readonly CompilerUnderCheck[]): Promise<Check[]> {
  const { path: dir, remove } = await createTempDir();
  const runner = createRunner();
  const bench: Bench = { runner, dir };
  try {
    const [tools, helper, checked] = await Promise.all([
      checkTools(bench),
      findHelper(),
      Promise.all(compilers.map((compiler) => checkCompiler(bench, compiler))),
    ]);
    const essential = new Set(['git', 'bash']);
    return [
      checkNode(process.versions.node),
      ...tools.filter(({ name }) => essential.has(name)),
      checkHelper(helper),
      ...checked,
      ...tools.filter(({ name }) => !essential.has(name)),
    ];
  } finally {
    await runner.close();
    await remove();
  }
}
