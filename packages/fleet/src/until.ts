// When a fleet stops by itself: `landed=20`, `empty`, `2h`; several may be given, and the first that comes true counts.

import { EXIT, SwarmError } from '@swarm/core';
import { readDuration } from './duration.js';

export interface Until {
  /** Stop when so many tasks have landed in this run. */
  readonly landed?: number;
  /** Stop when no task is left that could be worked on. */
  readonly empty?: true;
  readonly afterMs?: number;
}

/** Throws `bad-until` (exit 2). */
export function readUntil(words: readonly string[]): Until {
  let until: Until = {};
  for (const word of words.flatMap((each) => each.split(',')))
    until = { ...until, ...condition(word.trim()) };
  return until;
}

function condition(word: string): Until {
  if (word === 'empty') return { empty: true };
  const landed = /^landed=([1-9]\d{0,8})$/.exec(word)?.[1];
  if (landed !== undefined) return { landed: Number(landed) };
  const afterMs = readDuration(word);
  if (afterMs !== undefined) return { afterMs };
  throw new SwarmError(`--until: ${JSON.stringify(word)} is no condition`, {
    code: 'bad-until',
    exit: EXIT.usage,
    hint: 'give landed=20, empty, or a time such as 90m or 2h',
  });
}

/** In words, for people. */
export function untilText({ landed, empty, afterMs }: Until): string {
  const parts = [
    landed === undefined ? '' : `${landed} landed`,
    empty ? 'nothing is left' : '',
    afterMs === undefined ? '' : `${Math.round(afterMs / 1000)} s have passed`,
  ].filter((part) => part !== '');
  return parts.length === 0 ? 'stopped' : parts.join(' or ');
}
