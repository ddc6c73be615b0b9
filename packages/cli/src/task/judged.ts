// What the end of a task's own command says of the task.

import { EXIT } from '@swarm/core';
import type { RunResult } from '@swarm/host';
import { seconds } from '../terminal/line.js';

export interface Judged {
  /** `unresolved`: the command could not tell; `not-run`: it could not be run. Both say nothing about the task. */
  readonly outcome: 'green' | 'red' | 'unresolved' | 'not-run';
  /** One line. */
  readonly detail: string;
}

/** As shells say that there is no such command, or that it can't be run. */
const NO_COMMAND: readonly number[] = [126, 127];

/** The line that says most: the first problem in the words that tools use, else the last line. */
function tellingLine(output: string): string {
  const lines = output.split('\n').filter((line) => line.trim() !== '');
  return lines.find((line) => /^(RED|ERROR|FAIL|error)\b/.test(line)) ?? lines.at(-1) ?? '';
}

export function judge({ exit, stdout, stderr }: RunResult, limitMs: number): Judged {
  const said = tellingLine(`${stdout}\n${stderr}`);
  const after = said === '' ? '' : `: ${said}`;
  switch (exit.kind) {
    case 'exited':
      if (exit.code === 0) return { outcome: 'green', detail: 'exit status 0' };
      if (exit.code === EXIT.inconclusive)
        return { outcome: 'unresolved', detail: `could not tell: exit status ${exit.code}${after}` };
      if (NO_COMMAND.includes(exit.code))
        return { outcome: 'not-run', detail: `could not be run: exit status ${exit.code}${after}` };
      return { outcome: 'red', detail: `exit status ${exit.code}${after}` };
    case 'signalled':
      return { outcome: 'red', detail: `${exit.signal}${after}` };
    case 'timed-out':
      return { outcome: 'red', detail: `no end within ${seconds(limitMs)}` };
    case 'aborted':
      return { outcome: 'unresolved', detail: 'interrupted' };
    case 'not-started':
      return { outcome: 'not-run', detail: `could not be run: ${exit.reason}` };
  }
}
