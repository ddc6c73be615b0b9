// A backend: one agent program that can run a session. Plugins answer the hook `agents` with descriptors of them.

import type { Cancel } from '../drive.js';
import type { SessionEvent } from './event.js';

/** What a plugin says of a backend; its code loads only when a session starts. */
export interface BackendDescriptor {
  /** A word: `claude-code`, `codex`, `script`. */
  readonly name: string;
  readonly about: string;
  /** The program that it runs, as found on PATH; undefined where it needs none. */
  readonly program?: string;
  /** Versions that it is known to work with, as a range in words. */
  readonly versions?: string;
  /** Names of variables that its program needs of the host's environment (keys, proxies); nothing else is passed on. */
  readonly pass: readonly string[];
  load(): Promise<Backend>;
}

/** What a session may use. */
export interface SessionRequest {
  /** Goes in on standard input, never on a command line. */
  readonly prompt: string;
  /** The working folder. */
  readonly workspace: string;
  /** A folder of its own for the program's config and history; fresh for each session. */
  readonly home: string;
  /** The whole environment. */
  readonly env: Readonly<Record<string, string>>;
  /** Words in front of the program, such as a sandbox's. */
  readonly wrap: readonly string[];
  readonly model?: string;
  /** Further arguments for the program, from the config. */
  readonly args?: readonly string[];
  readonly limits: SessionLimits;
}

/** Limits of one session, enforced from outside; undefined: none. */
export interface SessionLimits {
  readonly wallMs?: number;
  /** Without any event. */
  readonly idleMs?: number;
  readonly tokens?: number;
  readonly usd?: number;
  readonly turns?: number;
}

export interface Backend {
  /** Run one session. The last event is `finished`, whatever happens; when it is told, none of its processes is left. */
  run(request: SessionRequest, cancel: Cancel): AsyncIterable<SessionEvent>;
}
