// Listens to one session until its end.

import { NO_USAGE, type SessionEnd, type SessionEvent, type SessionUsage } from '@swarm/core';

export interface SessionResult extends SessionEnd {
  readonly usage: SessionUsage;
  /** What the agent said last: where it couldn't finish, what it learned. May be empty. */
  readonly lastWords: string;
}

const LAST_WORDS_CHARS = 600;

/** A backend that says no last word has crashed. */
export async function runSession(
  events: AsyncIterable<SessionEvent>,
  onUsage: (usage: SessionUsage) => void,
): Promise<SessionResult> {
  let usage = NO_USAGE;
  let end: SessionEnd = { kind: 'finished', outcome: 'crashed', detail: 'the backend said no last word' };
  let lastWords = '';
  for await (const event of events) {
    if (event.kind === 'tool') lastWords = '';
    if (event.kind === 'text') lastWords = `${lastWords}\n${event.text}`.slice(-LAST_WORDS_CHARS);
    if (event.kind === 'usage') {
      usage = event.usage;
      onUsage(usage);
    }
    if (event.kind === 'finished') end = event;
  }
  return { ...end, usage, lastWords: lastWords.trim() };
}
