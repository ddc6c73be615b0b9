// Steps as one shell script: exact arguments, each step in its own folder, stop at the first that fails and say which.

import type { ReplayStep } from '../plan.js';
import type { Place } from './place.js';

/** What the script prints to standard output when a step fails. */
const FAILED_STEP = 'swarm-failed-step';

/** A script that runs the steps with these numbers in their order. Standard output is only the failed step's number. */
export function replayScript(all: readonly ReplayStep[], steps: readonly number[], place: Place): string {
  const lines = ['exec 3>&1 1>/dev/null'];
  for (const number of steps) {
    lines.push(`${stepLine(all[number]!, place)} || { echo ${FAILED_STEP} ${number} >&3; exit 1; }`);
  }
  return `${lines.join('\n')}\n`;
}

/** The number of the step that failed, from the script's standard output. */
export function failedStep(stdout: string): number | undefined {
  const match = new RegExp(`^${FAILED_STEP} (\\d+)$`, 'm').exec(stdout);
  return match === null ? undefined : Number(match[1]);
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
