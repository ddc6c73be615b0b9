// What the end of a process that ran one test says of the test.

import { constants } from 'node:os';
import type { TestOutcome } from '@swarm/core';
import type { Exit } from '@swarm/host';

/** What ended it, also where a shell between us says so in its status. */
export function signalOf(exit: Exit): string | undefined {
  if (exit.kind === 'signalled') return exit.signal;
  const number = exit.kind === 'exited' ? exit.code - 128 : 0;
  return Object.entries(constants.signals).find(([, it]) => it === number)?.[0];
}

/** The outcome by the status alone; `said`: the last line that the test printed. */
export function exitOutcome(exit: Exit, said: string): TestOutcome {
  const signal = signalOf(exit);
  const ending = said === '' ? '' : `: ${said}`;
  if (signal !== undefined) return { kind: 'fail', failure: 'crash', detail: `ended by ${signal}${ending}` };
  const code = exit.kind === 'exited' ? exit.code : 1;
  return code === 0
    ? { kind: 'pass' }
    : { kind: 'fail', failure: 'exit', detail: `exit status ${code}${ending}` };
}
