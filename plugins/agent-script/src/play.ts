// The program that plays a script: `play.js SCRIPT [ARGUMENT...]`, the prompt on standard input. A script is a list of steps (YAML or
// JSON), or a JavaScript module whose default export is a function of the stage and the arguments. Deterministic: it adds nothing.

import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { play, Stage } from './stage.js';
import { stepsOf } from './steps.js';

type Play = (stage: Stage, ...args: readonly string[]) => unknown;

async function main([file = '', ...args]: readonly string[]): Promise<number> {
  const stage = new Stage(readFileSync(0, 'utf8'));
  if (/\.[cm]?js$/.test(file)) {
    const module = (await import(pathToFileURL(resolve(file)).href)) as { readonly default: Play };
    await module.default(stage, ...args);
    stage.done();
    return 0;
  }
  const { parseConfig } = await import('@swarm/host');
  const { value, problems } = await parseConfig(resolve(file));
  const [problem] = problems;
  if (problem !== undefined) throw new Error(`${file}: line ${problem.line}: ${problem.reason}`);
  return play(stage, stepsOf(file, value));
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 1;
}
