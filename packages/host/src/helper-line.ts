// What may be asked of a helper, whatever it is written in: it starts programs, one at a time, each in its own process group.

import type { HelperProcess } from './helper-process.js';
import type { Exit, RunRequest, View } from './process.js';

/** How the program ended that was started. */
export interface Ended {
  readonly exit: Exclude<Exit, { kind: 'timed-out' | 'aborted' }>;
  /** Something of it is left: anywhere where the helper adopts, else in its group. */
  readonly leftover: boolean;
  /** What it wrote where it was captured, when that is all that will ever come; else the captures are to be read. */
  readonly captured?: { readonly stdout: Buffer; readonly stderr: Buffer };
}

export interface HelperLine {
  readonly kind: 'native' | 'bash';
  readonly helper: HelperProcess;
  /** What a program leaves behind becomes a child of the helper, whatever session it went to. */
  readonly adopts: boolean;
  /** What everything descends from that the running program has not lost; undefined as long as that isn't known. */
  readonly root: number | undefined;
  /** The files in which the streams of the next program are captured, while it runs and until `drop`. */
  readonly captures: { readonly stdout: string; readonly stderr: string };
  /** Start a program with this environment, and hear how it ended; undefined when the helper was lost meanwhile. */
  start(request: RunRequest, env: Readonly<Record<string, string>>): Promise<Ended | undefined>;
  /** The captures have been read. Needed only where they did not come with the program's end. */
  drop(): Promise<void>;
  /** Kill what runs, and end the helper. */
  close(): Promise<void>;
}

export interface HelperOptions {
  /** Programs get SWARM_RUN=<cookie>; '' for none. */
  readonly cookie: string;
  /** Programs see this private copy of a tree. */
  readonly view?: View | undefined;
  /** How long it may say nothing once its program has ended. */
  readonly silenceMs: number;
}
