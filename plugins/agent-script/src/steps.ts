// The steps of a script, checked when it is read: all problems at once, each with the number of its step.

import { EXIT, SwarmError } from '@swarm/core';

/** One step. `when` is a regular expression: the step is left out where the prompt doesn't match it. */
export type Step = { readonly when?: string } & (
  | { readonly say: string }
  /** A file of the working folder: its whole `text`, a piece to `replace` `by` another, or text to `append`. */
  | {
      readonly edit: string;
      readonly text?: string;
      readonly replace?: string;
      readonly by?: string;
      readonly append?: string;
    }
  /** A command for `sh`; another exit status than 0 ends the script with 1. */
  | { readonly run: string }
  | { readonly wait: number }
  | { readonly usage: { readonly input?: number; readonly output?: number; readonly usd?: number } }
  /** Say that the provider refuses, by an HTTP status or in words. */
  | { readonly refused: number | string }
  /** End by a signal, without a word. */
  | { readonly crash: string | true }
  /** Never go on. */
  | { readonly hang: true }
  | { readonly exit: number }
);

const KINDS: Readonly<Record<string, readonly string[]>> = {
  say: ['string'],
  edit: ['string'],
  run: ['string'],
  wait: ['number'],
  usage: ['object'],
  refused: ['number', 'string'],
  crash: ['string', 'boolean'],
  hang: ['boolean'],
  exit: ['number'],
};

/** Throws `agent-script-invalid` (exit 2). */
export function stepsOf(file: string, value: unknown): readonly Step[] {
  const steps = Array.isArray(value) ? value : (value as { steps?: unknown } | null)?.steps;
  const problems = Array.isArray(steps)
    ? steps.flatMap((step, index) => problemOf(step).map((reason) => `step ${index + 1}: ${reason}`))
    : ['a list of steps is expected'];
  if (problems.length === 0) return steps as readonly Step[];
  throw new SwarmError(`script ${file}: ${problems.join('; ')}`, {
    code: 'agent-script-invalid',
    exit: EXIT.usage,
    hint: `a step is one of ${Object.keys(KINDS).join(', ')}`,
  });
}

function problemOf(step: unknown): string[] {
  if (typeof step !== 'object' || step === null) return ['not a step'];
  const named = Object.keys(step).filter((name) => name in KINDS);
  if (named.length !== 1) return [named.length === 0 ? 'no known step' : `both ${named.join(' and ')}`];
  const name = named[0]!;
  const kind = typeof (step as Record<string, unknown>)[name];
  return KINDS[name]!.includes(kind) ? [] : [`${name} is a ${kind}`];
}
