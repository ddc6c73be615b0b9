// What sessions take: dollars, tokens, and how many of them there are.

import type { SessionUsage } from '@swarm/core';

/** An amount, or a limit; absent: not counted, or none. */
export interface Amount {
  readonly usd?: number;
  readonly tokens?: number;
  readonly sessions?: number;
}

export const KINDS = ['usd', 'tokens', 'sessions'] as const;

/** One that says all, for each kind what `of` says. */
export const amount = (of: (what: keyof Amount) => number): Required<Amount> => ({
  usd: of('usd'),
  tokens: of('tokens'),
  sessions: of('sessions'),
});

/** A session's usage as an amount. */
export const amountOf = (usage: SessionUsage): Required<Amount> => ({
  usd: usage.usd ?? 0,
  tokens: usage.inputTokens + usage.outputTokens + usage.cachedTokens,
  sessions: 1,
});

export const NOTHING = amount(() => 0);

export const sum = (amounts: readonly Required<Amount>[]): Required<Amount> =>
  amount((what) => amounts.reduce((total, each) => total + each[what], 0));
