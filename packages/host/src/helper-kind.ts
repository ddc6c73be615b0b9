// Which helper programs are started with: the one in C where it can be had, else the one in bash, else none.

import { openBashLine } from './bash-line.js';
import type { HelperLine, HelperOptions } from './helper-line.js';
import { openNativeLine } from './native-line.js';
import { nativeProgram } from './native-program.js';
import type { HelperKind } from './process.js';
import { SILENCE_MS } from './watchdog.js';

/** SWARM_HELPER says it, for who wants to compare. */
export function chosenHelper(): HelperKind {
  const chosen = process.env.SWARM_HELPER;
  return chosen === 'bash' || chosen === 'none' ? chosen : 'native';
}

/** Start the best helper that works here, from `kind` on. */
export async function openLine(kind: HelperKind, options: HelperOptions): Promise<HelperLine | undefined> {
  if (kind === 'none') return undefined;
  const native = kind === 'native' ? await openNativeLine(options) : undefined;
  return native ?? openBashLine(options);
}

export interface HelperHere {
  readonly kind: HelperKind;
  /** Why it isn't `native`, in a few words; undefined where it was chosen. */
  readonly why?: string;
}

/** Find out by starting one. */
export async function findHelper(): Promise<HelperHere> {
  const chosen = chosenHelper();
  const line = await openLine(chosen, { cookie: '', silenceMs: SILENCE_MS });
  await line?.close();
  const kind = line?.kind ?? 'none';
  if (kind === chosen) return { kind };
  const native = await nativeProgram('helper');
  return { kind, why: 'problem' in native ? native.problem : `${native.path} does not start` };
}
