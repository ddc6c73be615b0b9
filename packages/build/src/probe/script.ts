// Steps as one shell script: exact arguments, each step in its own folder, stop at the first that fails. The script itself says
// how it ended: an exit status alone may be that of something that was done to it from outside.

import type { ReplayStep } from '../plan.js';
import type { Place } from './place.js';

const FAILED_STEP = 'swarm-failed-step';
const ALL_DONE = 'swarm-all-done';

/** A script that runs the steps with these numbers in their order. Its standard output is what `replayEnd` reads. */
export function replayScript(all: readonly ReplayStep[], steps: readonly number[], place: Place): string {
  const lines = ['exec 3>&1 1>/dev/null'];
  for (const number of steps) {
    lines.push(`${stepLine(all[number]!, place)} || { echo ${FAILED_STEP} ${number} >&3; exit 1; }`);
  }
  return `${lines.join('\n')}\necho ${ALL_DONE} >&3\n`;
}

/** How a script ended, from its standard output: with the number of the step that failed; or it was cut off. */
export function replayEnd(stdout: string): 'all-done' | 'cut-off' | { readonly failed: number } {
  const [, number] = new RegExp(`^${FAILED_STEP} (\\d+)$`, 'm').exec(stdout) ?? [];
  if (number !== undefined) return { failed: Number(number) };
  return stdout.split('\n').includes(ALL_DONE) ? 'all-done' : 'cut-off';
}

function stepLine(step: ReplayStep, place: Place): string {
  const words = [step.program, ...step.arguments].map((word) => quoted(place.argument(word)));
  const variables = Object.entries(step.environment ?? {}).map(
    ([name, value]) => `${name}=${quoted(place.argument(value))} `,
  );
  const stdin = step.stdin === undefined ? '' : ` <${quoted(place.argument(step.stdin))}`;
  return `cd ${quoted(place.argument(step.cwd))} && ${variables.join('')}${words.join(' ')}${stdin} 3>&-`;
}

/** A word that a POSIX shell reads back exactly. */
export const quoted = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
