// A backend: one agent program that can run a session. Plugins answer the hook `agents` with descriptors of them.
// Most are a dialect: how the program is called, and what the lines that it prints mean. Both are pure.

import type { Cancel } from '../drive.js';
import type { Enclosure } from './enclosure.js';
import type { SessionEvent, SessionSignal, WorkspaceFinding } from './event.js';
import type { PriceTable } from './usage.js';

/** What a plugin says of a backend; its code loads only when a session starts. */
export interface BackendDescriptor {
  /** A word: `claude-code`, `codex`, `script`. */
  readonly name: string;
  readonly about: string;
  /** The program that it runs, as found on PATH; undefined where it needs none. */
  readonly program?: string;
  /** Where the program is what its arguments say. */
  readonly programOf?: (args: readonly string[]) => string | undefined;
  /** Files that its arguments name: a sandbox shows those outside of the workspace, read-only. */
  readonly reads?: (args: readonly string[]) => readonly string[];
  /** Arguments that make the program print its version, by default `--version`. */
  readonly versionArgs?: readonly string[];
  /** Versions that it is known to work with, as a range in words. */
  readonly versions?: string;
  /** Names of variables that its program needs of the host's environment (keys, proxies); nothing else is passed on. */
  readonly pass: readonly string[];
  load(kit: BackendKit): Promise<Backend>;
}

/** What a plugin may use, so that it needs to import nothing of ours. */
export interface BackendKit {
  /** The backend that runs a program as a dialect says, within all limits. */
  program(dialect: Dialect): Backend;
}

/** What a session may use. */
export interface SessionRequest {
  /** Goes in on standard input, never on a command line. */
  readonly prompt: string;
  /** The working folder. */
  readonly workspace: string;
  /** A folder of its own for the program's config and history; fresh for each session. */
  readonly home: string;
  /** The whole environment: see `sessionEnvironment`. */
  readonly env: Readonly<Record<string, string>>;
  /** What it runs in, such as a sandbox; left out: nothing. */
  readonly enclosure?: Enclosure;
  readonly model?: string;
  /** Further arguments for the program, from the config. */
  readonly args?: readonly string[];
  readonly limits: SessionLimits;
  /** What tokens cost, where the program doesn't say. */
  readonly prices?: PriceTable;
  /** Asked once when the program is dead. Left out: a session that finished counts as changed. */
  readonly inspect?: () => Promise<WorkspaceFinding>;
  /** Every line that the program prints, as it was. */
  readonly onLine?: (line: string, stream: 'stdout' | 'stderr') => void;
}

/** Limits of one session, enforced from outside; undefined: none. */
export interface SessionLimits {
  readonly wallMs?: number;
  /** Without progress: text, a tool, a turn, more usage. Trying again is none. */
  readonly idleMs?: number;
  /** Of all kinds together. */
  readonly tokens?: number;
  readonly usd?: number;
  readonly turns?: number;
}

export interface Backend {
  /** Run one session. The last event is `finished`, whatever happens; when it is told, none of its processes is left. */
  run(request: SessionRequest, cancel: Cancel): AsyncIterable<SessionEvent>;
}

/** How one agent program is called and what it says: all that most backends are. */
export interface Dialect {
  command(request: SessionRequest): SessionCommand;
  /** A reader for one session's output. */
  reader(): LineReader;
}

export interface SessionCommand {
  /** The program and its arguments, as they are inside of `request.enclosure`. */
  readonly argv: readonly string[];
  /** Added to the request's environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Files to write before the start, by their paths beneath the session's home. */
  readonly files?: Readonly<Record<string, string>>;
  /** What goes in on standard input in place of the prompt. */
  readonly input?: string;
}

/** Turns lines into signals. It never throws: what it doesn't know means nothing. */
export interface LineReader {
  /** A line of standard output, without its end. */
  line(line: string): readonly SessionSignal[];
  /** A line of standard error; left out: they mean nothing. */
  errorLine?(line: string): readonly SessionSignal[];
  /** What is still to be said when all output has been read; `status` is undefined where a signal or we ended the program. */
  end?(status: number | undefined): readonly SessionSignal[];
}
