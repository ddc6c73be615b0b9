// What a session has used: tokens of three kinds, and money where it is known or a price is.

import type { SessionUsage } from './event.js';

/** US dollars for a million tokens. */
export interface TokenPrice {
  readonly input: number;
  readonly output: number;
  /** For what is read from the provider's cache; left out: as `input`. */
  readonly cached?: number;
}

/** By model: its whole name, or a beginning of it and `*`. */
export type PriceTable = Readonly<Record<string, TokenPrice>>;

/** The price of a model: by its name, else by the longest beginning. Of a model that nobody has named only `*` is known. */
export function priceOf(prices: PriceTable, model = ''): TokenPrice | undefined {
  if (Object.hasOwn(prices, model)) return prices[model];
  const [best] = Object.keys(prices)
    .filter((name) => name.endsWith('*') && model.startsWith(name.slice(0, -1)))
    .sort((a, b) => b.length - a.length);
  return best === undefined ? undefined : prices[best];
}

export const NO_USAGE: SessionUsage = { inputTokens: 0, outputTokens: 0, cachedTokens: 0 };

/** All tokens, of whatever kind. */
export const tokensOf = (usage: SessionUsage): number =>
  usage.inputTokens + usage.outputTokens + usage.cachedTokens;

/** The same usage with its money: what the backend said, else what the price makes of the tokens. */
export function pricedUsage(usage: SessionUsage, price: TokenPrice | undefined): SessionUsage {
  if (usage.usd !== undefined || price === undefined) return usage;
  const { input, output, cached = input } = price;
  const { inputTokens, outputTokens, cachedTokens } = usage;
  return { ...usage, usd: (inputTokens * input + outputTokens * output + cachedTokens * cached) / 1e6 };
}

/** Both together; the money of either where only one knows it. */
export function addUsage(one: SessionUsage, other: SessionUsage): SessionUsage {
  const usd = one.usd === undefined ? other.usd : one.usd + (other.usd ?? 0);
  return {
    inputTokens: one.inputTokens + other.inputTokens,
    outputTokens: one.outputTokens + other.outputTokens,
    cachedTokens: one.cachedTokens + other.cachedTokens,
    ...(usd === undefined ? {} : { usd }),
  };
}

/** The larger in each respect: totals never go back, even where a program counts anew. */
export function laterUsage(known: SessionUsage, said: SessionUsage): SessionUsage {
  const usd = said.usd === undefined ? known.usd : Math.max(said.usd, known.usd ?? 0);
  return {
    inputTokens: Math.max(known.inputTokens, said.inputTokens),
    outputTokens: Math.max(known.outputTokens, said.outputTokens),
    cachedTokens: Math.max(known.cachedTokens, said.cachedTokens),
    ...(usd === undefined ? {} : { usd }),
  };
}
