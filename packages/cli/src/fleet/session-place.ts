// Where sessions of one agent run: in its workspace's enclosure, with a fresh home and an environment of named variables for each, and
// every line kept in a file.

import { createWriteStream } from 'node:fs';
import { delimiter, join } from 'node:path';
import {
  type Backend,
  type BackendDescriptor,
  type Cancel,
  type PriceTable,
  type SessionEvent,
  sessionEnvironment,
  type WorkspaceFinding,
} from '@swarm/core';
import type { SessionWish } from '@swarm/fleet';
import { makeFolder } from '@swarm/host';
import type { OpenEnclosure } from '@swarm/tasks';

export interface SessionPlace {
  readonly descriptor: BackendDescriptor;
  /** An enclosure for one session, with a home of its own. */
  readonly enclose: () => Promise<OpenEnclosure>;
  /** What of the person's own logins a fresh home begins with is put into it. */
  readonly furnish: (home: string) => Promise<void>;
  /** Where what sessions print is kept, a file each. */
  readonly logs: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Names of further variables of the host's environment that are passed on. */
  readonly pass: readonly string[];
  /** Folders of programs, searched after those of the system. */
  readonly bins: readonly string[];
  /** The system is a sandbox's: the host's own search path leads nowhere there. */
  readonly sandboxed: boolean;
  readonly model: string | undefined;
  readonly args: readonly string[];
  readonly prices: PriceTable;
}

/** One session; nothing of it is left afterwards but what it did to the workspace. */
export async function* sessionEvents(
  backend: Backend,
  place: SessionPlace,
  workspace: string,
  { prompt, limits, session }: SessionWish,
  inspect: () => Promise<WorkspaceFinding>,
  cancel: Cancel,
): AsyncIterable<SessionEvent> {
  makeFolder(place.logs, 'session logs');
  const log = createWriteStream(join(place.logs, `${session}.log`), { flags: 'a' });
  // A full disk must not end a session that goes well; what is lost is a log.
  log.on('error', () => {});
  const enclosure = await place.enclose();
  try {
    await place.furnish(enclosure.home);
    yield* backend.run(
      {
        prompt,
        workspace,
        home: enclosure.home,
        env: environmentOf(place, enclosure),
        enclosure,
        ...(place.model === undefined ? {} : { model: place.model }),
        args: place.args,
        limits,
        prices: place.prices,
        inspect: async () => {
          await enclosure.endOthers();
          return inspect();
        },
        onLine: (line, stream) => void log.write(stream === 'stdout' ? `${line}\n` : `! ${line}\n`),
      },
      cancel,
    );
  } finally {
    await new Promise<void>((resolve) => log.end(resolve));
    await enclosure.close();
  }
}

/** Where its programs are searched for. */
export const searchPath = (
  { bins }: Pick<SessionPlace, 'bins'>,
  { env }: Pick<OpenEnclosure, 'env'>,
): string => [env.PATH, ...bins].join(delimiter);

/** Some agents let root do without questions only where they hear of this. */
const IN_SANDBOX = { IS_SANDBOX: '1' } as const;

/** What the backend asks for, what the workspace sets, and a search path with swarm's own program. */
function environmentOf(place: SessionPlace, enclosure: OpenEnclosure): Record<string, string> {
  const { home, cookie, env } = enclosure;
  const { descriptor, pass, sandboxed } = place;
  const asked = { pass: [...descriptor.pass, ...pass] };
  const { TMPDIR, ...own } = env;
  return sessionEnvironment(place.env, asked, home, {
    ...own,
    ...(sandboxed ? IN_SANDBOX : {}),
    ...(sandboxed && TMPDIR !== undefined ? { TMPDIR } : {}),
    PATH: searchPath(place, enclosure),
    SWARM_RUN: cookie,
  });
}
