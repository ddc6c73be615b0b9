// What an agent's session tells while it runs, whatever the agent: the events that backends yield, and the one outcome at the end.

/** Tokens and money that a session has used. */
export interface SessionUsage {
  /** What was read, but for what came from the provider's cache. */
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
 * `stalled`: no progress for too long. `crashed`: its program died, or gave up for a reason that is none of the others.
 * `empty`: it never did anything. `tampered`: it touched what it may not. `killed`: we ended it, as its time was up or at our own end.
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

/** What keeps an agent from going on. `failed`: anything that is none of the others. */
export type TroubleCause = 'rate-limited' | 'auth' | 'budget' | 'turns' | 'failed';

export interface Trouble {
  readonly cause: TroubleCause;
  /** What was said of it. */
  readonly detail: string;
  /** When it may be tried again, from the moment that it was said. */
  readonly afterMs?: number;
}

/** The end of a session, told once. */
export interface SessionEnd {
  readonly kind: 'finished';
  readonly outcome: SessionOutcome;
  readonly detail: string;
  /** When the provider says that it may be tried again; also beside outcomes that are no `rate-limited`. */
  readonly retryAfterMs?: number;
}

/** What is told on the way. */
export type SessionNews =
  | { readonly kind: 'started'; readonly model?: string; readonly session?: string }
  /** The agent asks its model again: one of the steps that a limit of turns counts. */
  | { readonly kind: 'turn' }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'tool'; readonly name: string; readonly about?: string }
  /** Totals so far, not differences. */
  | { readonly kind: 'usage'; readonly usage: SessionUsage }
  /** The backend waits and tries again by itself. */
  | { readonly kind: 'retry'; readonly trouble: Trouble }
  /** It can't go on, it says. */
  | { readonly kind: 'trouble'; readonly trouble: Trouble };

export type SessionEvent = SessionNews | SessionEnd;

/** Which of our own limits ended a session, or that we wanted no more of it. `excess`: it took more than its workspace may. */
export type SessionStop = 'wall' | 'idle' | 'tokens' | 'usd' | 'turns' | 'cancelled' | 'excess';

/** What a session's workspace is like after it. */
export interface WorkspaceFinding {
  readonly changed: boolean;
  /** What it touched that it may not, in words. */
  readonly tampered?: string;
}

/** Everything that a session is judged by: what its program said, how that ended, what we did to it, and what is left. */
export type SessionSignal =
  | SessionNews
  /** Its model is at work: a piece of an answer. */
  | { readonly kind: 'progress' }
  /** The program says that it's done. */
  | { readonly kind: 'concluded'; readonly detail?: string }
  /** The program's end, in words where it wasn't a plain exit status, and the last line of its standard error. */
  | { readonly kind: 'exited'; readonly status: number | string; readonly lastError?: string }
  | { readonly kind: 'stopped'; readonly by: SessionStop; readonly detail?: string }
  | { readonly kind: 'inspected'; readonly finding: WorkspaceFinding };
