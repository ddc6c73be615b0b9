// What an agent's error message is about, where its program gives no more than words: whether to try again later, to mend the
// account, or neither. Only for what a program says of its own errors, never for a model's text, which may well be about rate limits.
// The words are those of the providers' documented errors (HTTP statuses, gRPC codes and error types) in what programs print.

import type { Trouble, TroubleCause } from './event.js';

/** In this order: a quota that is used up for good also says 429, and a refused key may be called a limit. */
const WORDS: readonly (readonly [TroubleCause, RegExp])[] = [
  [
    'budget',
    /insufficient_quota|credit balance|billing|payment required|\b402\b|out of credits|spend(?:ing)? limit|usage limit/i,
  ],
  [
    'auth',
    /\b401\b|\b403\b|unauthori[sz]ed|unauthenticated|authentication|invalid[ _-]?(?:x-)?api[ _-]?key|api[ _-]?key not valid|no api key|permission[ _]denied|forbidden|not logged in|please (?:run )?\/?login/i,
  ],
  [
    'rate-limited',
    /\b429\b|\b503\b|\b529\b|rate[ _-]?limit|too many requests|resource[ _]exhausted|quota|overloaded|at capacity|throttl/i,
  ],
  ['turns', /max(?:imum)?[ _-]?(?:session[ _-]?)?turns|turn limit|step limit/i],
];

/** HTTP statuses that say it all. */
const STATUSES: Readonly<Record<number, TroubleCause>> = {
  401: 'auth',
  402: 'budget',
  403: 'auth',
  503: 'rate-limited',
  529: 'rate-limited',
};

const MAX_DETAIL = 300;

/** The trouble that a message is about. A status of 429 is told by words: it may be a quota that is used up for good. */
export function troubleOf(message: string, status?: number): Trouble {
  const detail = message.replace(/\s+/g, ' ').trim().slice(0, MAX_DETAIL);
  const told = WORDS.find(([, words]) => words.test(message))?.[0];
  const cause = told === 'budget' ? told : (STATUSES[status ?? 0] ?? told ?? byStatus(status));
  const afterMs = waitOf(message);
  return { cause, detail, ...(afterMs === undefined ? {} : { afterMs }) };
}

const byStatus = (status: number | undefined): TroubleCause => (status === 429 ? 'rate-limited' : 'failed');

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** `retry in 3.5s`, `try again in 20 seconds`, `retry-after: 7`, `"retryDelay": "34s"`. */
function waitOf(message: string): number | undefined {
  const [, number, unit = 's'] =
    /(?:retry|try again|reset)\w*(?:[ _-]?(?:after|in|delay))?["':= ]*(\d+(?:\.\d+)?) ?(ms|milliseconds?|s|sec\w*|m|min\w*|h|hours?)?\b/i.exec(
      message,
    ) ?? [];
  if (number === undefined) return undefined;
  const short = /^mi?l?l?i?s/i.test(unit) ? 'ms' : unit[0]!.toLowerCase();
  return Math.round(Number(number) * (UNITS[short] ?? 1000));
}
