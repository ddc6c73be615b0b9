// Runs one command and ends the process: results were printed by the command, problems become one line here.

import { flush, run, settings } from '@oclif/core';
import { EXIT } from '@swarm/core';
import { describeProblem } from './problem.js';

/** Run the command line. Never rejects; sets the exit code from the table in docs/exit-codes.md. */
export async function main(argv: readonly string[], dir: string): Promise<void> {
  settings.enableAutoTranspile = false; // A linked plugin runs as it was built.
  try {
    await run([...argv], dir);
    await flush();
  } catch (error) {
    const problem = describeProblem(error);
    if (problem !== undefined) {
      if (argv.includes('--json')) process.stdout.write(`${JSON.stringify(problem.document)}\n`);
      process.stderr.write(problem.text);
      if (argv.includes('--debug') && error instanceof Error) process.stderr.write(`${error.stack}\n`);
    }
    process.exitCode = problem?.exit ?? exitOf(error);
  }
}

/** oclif ends `--help` and `this.exit(n)` with an error that carries only a code. */
function exitOf(error: unknown): number {
  const oclif = (error as { oclif?: { exit?: number } }).oclif;
  return oclif?.exit ?? EXIT.usage;
}
