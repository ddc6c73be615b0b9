// A stream of lines through a backend's reader, judged as a session of it is; in virtual time, a second for each line.

import {
  beginSession,
  type Dialect,
  judgeSession,
  noteSignal,
  type SessionEnd,
  type SessionState,
} from '@swarm/core';

export interface Stream {
  readonly stdout: string;
  readonly status?: number;
  readonly changed?: boolean;
}

const LINE_MS = 1000;

/** What is known of the session at its end, and the verdict. */
export function readStream(
  dialect: Dialect,
  { stdout, status = 0, changed = true }: Stream,
): SessionState & SessionEnd {
  const reader = dialect.reader();
  let atMs = 0;
  let state = beginSession(0);
  for (const line of stdout.split('\n')) {
    atMs += LINE_MS;
    for (const signal of reader.line(line)) state = noteSignal(state, signal, atMs);
  }
  for (const signal of reader.end?.(status) ?? []) state = noteSignal(state, signal, atMs);
  state = noteSignal(state, { kind: 'exited', status }, atMs);
  state = noteSignal(state, { kind: 'inspected', finding: { changed } }, atMs);
  return { ...state, ...judgeSession(state, atMs) };
}
