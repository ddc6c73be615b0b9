// Probes of `--units FILE --probe CMD`: the same engine over any list of names.
// Protocol: the command gets the selection, one unit a line, in the file named by SWARM_SELECTION (`{}` in the command
// is replaced by that path) and answers with its exit status: 0 pass, 125 unresolved, 1..124 fail, 126 and up unresolved.

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Answer, EXIT, type Outcome, PASS, type Probe, SwarmError, type Unit } from '@swarm/core';
import type { ProcessRunner, RunResult } from '@swarm/host';

const UNRESOLVED_STATUS = 125;
const CANNOT_RUN_STATUS = 126;
const NOT_FOUND_STATUS = 127;

export interface ListProbing {
  readonly units: readonly Unit[];
  readonly command: string;
  readonly cwd: string;
  /** A folder for selection files. */
  readonly workDir: string;
  readonly runner: ProcessRunner;
  readonly timeLimitMs?: number;
}

/** Run one probe. Throws `probe-not-found` (exit 3) when the shell can't find or start the command. */
export async function probeList(probing: ListProbing, probe: Probe, signal: AbortSignal): Promise<Answer> {
  const file = join(probing.workDir, `selection-${nextNumber++}`);
  const names = probe.selection.members().map((i) => `${probing.units[i]!.id}\n`);
  await writeFile(file, names.join(''));
  const command = probing.command.replaceAll('{}', `'${file.replaceAll("'", `'\\''`)}'`);
  const result = await probing.runner.run({
    argv: ['sh', '-c', command],
    cwd: probing.cwd,
    env: { ...(process.env as Record<string, string>), SWARM_SELECTION: file },
    signal,
    ...(probing.timeLimitMs === undefined ? {} : { timeLimitMs: probing.timeLimitMs }),
  });
  return { probe, outcome: outcomeOf(result, probing.command), costMs: result.wallMs };
}

let nextNumber = 0;

/** What an exit says, by the protocol above. */
function outcomeOf(result: RunResult, command: string): Outcome {
  const { exit } = result;
  if (exit.kind === 'timed-out') return { kind: 'fail', failure: 'hang', detail: 'over the time limit' };
  if (exit.kind !== 'exited') return { kind: 'unresolved', reason: describe(exit) };
  if (exit.code === 0) return PASS;
  if (exit.code === NOT_FOUND_STATUS || exit.code === CANNOT_RUN_STATUS)
    throw notFound(command, result.stderr);
  if (exit.code >= UNRESOLVED_STATUS) return { kind: 'unresolved', reason: `exit status ${exit.code}` };
  const said = result.stderr.trimEnd().split('\n').at(-1);
  return { kind: 'fail', failure: 'exit', detail: `exit status ${exit.code}${said ? `: ${said}` : ''}` };
}

function describe(exit: RunResult['exit']): string {
  if (exit.kind === 'signalled') return `killed by ${exit.signal}`;
  return exit.kind === 'not-started' ? exit.reason : exit.kind;
}

function notFound(command: string, stderr: string): SwarmError {
  const said = stderr.trim().split('\n').at(-1) ?? '';
  return new SwarmError(`probe: cannot run \`${command}\`${said === '' ? '' : `: ${said}`}`, {
    code: 'probe-not-found',
    exit: EXIT.environment,
    hint: 'check the command; it is run by sh in --dir, and 126 or 127 always mean that it could not start',
  });
}
