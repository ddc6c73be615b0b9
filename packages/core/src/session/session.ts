// Judges a session by everything that is known of it: a pure fold over signals, and one verdict at the end.
//
// Signals disagree: a program exits 0 though its provider refused every request; it says that it's done and dies while
// cleaning up; we end it for its silence while it waits for a limit to pass. Who wins, strongest first:
//
//   1. what the workspace shows: touched what it may not -> `tampered`
//   2. our own wish: cancelled -> `killed`; a limit that we count -> `budget`, `turns`; more than its workspace may -> `crashed`
//   3. trouble that stands -> `rate-limited`, `auth`, `budget`, `turns`, whatever else is said, also by the exit status
//   4. our watch: no progress -> `stalled`; its time was up -> `killed`
//   5. trouble of another kind that stands -> `crashed`
//   6. the program's own word that it is done -> `ok`, `no-change`, or `empty` where it never did anything
//   7. its end: without that word it has crashed, with status 0 too, unless it never did anything (`empty`)
//
// Trouble stands until the model answers again: with text, a tool or a piece of either. A new turn or more usage is no answer:
// a program that tries again says those too.

import type { SessionLimits } from './backend.js';
import type {
  SessionEnd,
  SessionOutcome,
  SessionSignal,
  SessionStop,
  SessionUsage,
  Trouble,
  WorkspaceFinding,
} from './event.js';
import { laterUsage, NO_USAGE, tokensOf } from './usage.js';

export interface SessionState {
  readonly startedAtMs: number;
  /** The last time that its program said anything that means something. */
  readonly seenAtMs: number;
  /** The last time that it got anywhere; its start, at first. */
  readonly progressAtMs: number;
  /** Its model has answered at least once. */
  readonly answered: boolean;
  readonly usage: SessionUsage;
  readonly turns: number;
  readonly tools: number;
  readonly model?: string;
  readonly session?: string;
  /** Trouble that stands, and when it was said. */
  readonly trouble?: { readonly said: Trouble; readonly atMs: number };
  readonly concluded?: { readonly detail?: string };
  readonly exit?: { readonly status: number | string; readonly lastError?: string };
  readonly stop?: SessionStop;
  /** What was too much, where that ended it. */
  readonly excess?: string;
  readonly finding?: WorkspaceFinding;
}

export const beginSession = (atMs: number): SessionState => ({
  startedAtMs: atMs,
  seenAtMs: atMs,
  progressAtMs: atMs,
  answered: false,
  usage: NO_USAGE,
  turns: 0,
  tools: 0,
});

/** The state after one more signal, which came at `atMs`. */
export function noteSignal(state: SessionState, signal: SessionSignal, atMs: number): SessionState {
  switch (signal.kind) {
    case 'exited': {
      const { kind: _, ...exit } = signal;
      return { ...state, exit };
    }
    case 'stopped':
      if (state.stop !== undefined) return state;
      return { ...state, stop: signal.by, ...(signal.detail === undefined ? {} : { excess: signal.detail }) };
    case 'inspected':
      return { ...state, finding: signal.finding };
    default:
      return { ...noteSaid(state, signal, atMs), seenAtMs: atMs };
  }
}

type Said = Exclude<SessionSignal, { kind: 'exited' | 'stopped' | 'inspected' }>;

function noteSaid(state: SessionState, said: Said, atMs: number): SessionState {
  switch (said.kind) {
    case 'started': {
      const { kind: _, ...names } = said;
      return { ...state, ...names };
    }
    case 'turn':
      return { ...state, turns: state.turns + 1 };
    case 'text':
    case 'progress':
      return answered(state, atMs);
    case 'tool':
      return { ...answered(state, atMs), tools: state.tools + 1 };
    case 'usage': {
      const usage = laterUsage(state.usage, said.usage);
      const grown = tokensOf(usage) > tokensOf(state.usage);
      return { ...state, usage, progressAtMs: grown ? atMs : state.progressAtMs };
    }
    case 'retry':
    case 'trouble':
      return { ...state, trouble: { said: said.trouble, atMs } };
    case 'concluded': {
      const { kind: _, ...concluded } = said;
      return { ...state, concluded };
    }
  }
}

function answered({ trouble: _, ...state }: SessionState, atMs: number): SessionState {
  return { ...state, answered: true, progressAtMs: atMs };
}

/** The limit that a session has reached, if any. */
export function limitReached(
  state: SessionState,
  limits: SessionLimits,
  nowMs: number,
): SessionStop | undefined {
  const { wallMs, idleMs, tokens, usd, turns } = limits;
  if (tokens !== undefined && tokensOf(state.usage) >= tokens) return 'tokens';
  if (usd !== undefined && (state.usage.usd ?? 0) >= usd) return 'usd';
  if (turns !== undefined && state.turns > turns) return 'turns';
  if (wallMs !== undefined && nowMs - state.startedAtMs >= wallMs) return 'wall';
  if (idleMs !== undefined && nowMs - state.progressAtMs >= idleMs) return 'idle';
  return undefined;
}

/** When the next limit of time is reached if nothing more is said; infinity: never. */
export function nextLimitAtMs(state: SessionState, { wallMs, idleMs }: SessionLimits): number {
  const never = Number.POSITIVE_INFINITY;
  return Math.min(state.startedAtMs + (wallMs ?? never), state.progressAtMs + (idleMs ?? never));
}

/** How it ended. Asked when its program is dead. */
export function judgeSession(state: SessionState, nowMs: number): SessionEnd {
  const [outcome, detail] = verdict(state);
  const { said, atMs } = state.trouble ?? {};
  const leftMs = said?.afterMs === undefined ? 0 : said.afterMs - (nowMs - (atMs ?? nowMs));
  return { kind: 'finished', outcome, detail, ...(leftMs > 0 ? { retryAfterMs: leftMs } : {}) };
}

const MAX_DETAIL = 300;

type Verdict = readonly [SessionOutcome, string];

const STOPPED: Readonly<Record<SessionStop, Verdict>> = {
  cancelled: ['killed', 'it was cancelled'],
  tokens: ['budget', 'its limit of tokens was reached'],
  usd: ['budget', 'its limit of money was reached'],
  turns: ['turns', 'its limit of turns was reached'],
  wall: ['killed', 'its time was up'],
  idle: ['stalled', 'no progress for too long'],
  excess: ['crashed', 'it took more than its workspace may'],
};

const WATCHED: readonly (SessionStop | undefined)[] = ['wall', 'idle'];

function verdict(state: SessionState): Verdict {
  const { finding, stop, trouble } = state;
  if (finding?.tampered !== undefined) return ['tampered', finding.tampered];
  if (stop === 'excess' && state.excess !== undefined) return ['crashed', `it ${state.excess}`];
  if (stop !== undefined && !WATCHED.includes(stop)) return STOPPED[stop];
  if (trouble !== undefined && trouble.said.cause !== 'failed')
    return [trouble.said.cause, trouble.said.detail];
  if (stop !== undefined) return STOPPED[stop];
  if (trouble !== undefined) return ['crashed', trouble.said.detail];
  return ownEnd(state);
}

/** Nothing from outside ended it, and no trouble stands. */
function ownEnd(state: SessionState): Verdict {
  const { concluded, exit, finding } = state;
  if (concluded === undefined && exit?.status !== 0) return ['crashed', endInWords(state)];
  if (!state.answered && finding?.changed !== true) return ['empty', 'it ended without having done anything'];
  if (concluded === undefined) return ['crashed', 'its program ended in the middle, with status 0'];
  if (finding?.changed === false) return ['no-change', 'it finished and changed nothing'];
  return ['ok', concluded.detail ?? 'it finished'];
}

function endInWords({ exit }: SessionState): string {
  if (exit === undefined) return 'its program never ran';
  const { status, lastError } = exit;
  const how = typeof status === 'number' ? `its program exited with ${status}` : `its program ${status}`;
  return lastError === undefined ? how : `${how}: ${lastError.slice(0, MAX_DETAIL)}`;
}
