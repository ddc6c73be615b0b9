// What an agent's session tells while it runs, whatever the agent: the events that backends yield, and the one outcome at the end.

/** Tokens and money that a session has used. */
export interface SessionUsage {
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Read from the provider's cache: part of neither of the two above. */
  readonly cachedTokens: number;
  /** US dollars; undefined where the backend doesn't say and no price is known. */
  readonly usd?: number;
}

/**
 * How a session ended, judged from its events and never from the exit code alone. `ok`: it finished with changes.
 * `no-change`: it finished without. `rate-limited`, `auth`, `budget`, `turns`: what its provider or a limit said.
 * `stalled`: silent for too long. `crashed`: its program died. `empty`: it never did anything. `tampered`: it touched what it may not.
 * `killed`: we ended it.
 */
export type SessionOutcome =
  | 'ok'
  | 'no-change'
  | 'rate-limited'
  | 'auth'
  | 'budget'
  | 'turns'
  | 'stalled'
  | 'crashed'
  | 'empty'
  | 'tampered'
  | 'killed';

export type SessionEvent =
  | { readonly kind: 'started'; readonly model?: string; readonly session?: string }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'tool'; readonly name: string; readonly about?: string }
  /** Totals so far, not differences. */
  | { readonly kind: 'usage'; readonly usage: SessionUsage }
  /** The backend waits and tries again by itself. */
  | { readonly kind: 'retry'; readonly reason: string; readonly afterMs?: number }
  | {
      readonly kind: 'finished';
      readonly outcome: SessionOutcome;
      readonly detail: string;
      /** When the provider says that it may be tried again. */
      readonly retryAfterMs?: number;
    };
