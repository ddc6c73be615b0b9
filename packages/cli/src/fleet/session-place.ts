// Where sessions of one agent run: a fresh home for each, an environment of named variables, and every line kept in a file.

import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import {
  type Backend,
  type BackendDescriptor,
  type Cancel,
  type SessionEvent,
  sessionEnvironment,
  type TokenPrice,
  type WorkspaceFinding,
} from '@swarm/core';
import type { SessionWish } from '@swarm/fleet';
import { createWorkDir, makeFolder } from '@swarm/host';

export interface SessionPlace {
  readonly descriptor: BackendDescriptor;
  /** Where homes of sessions are made and removed again. */
  readonly tempDir: string;
  /** Where what sessions print is kept, a file each. */
  readonly logs: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Set in every session. */
  readonly extra: Readonly<Record<string, string>>;
  readonly wrap: readonly string[];
  readonly model: string | undefined;
  readonly args: readonly string[];
  readonly price: TokenPrice | undefined;
}

/** One session, its home gone afterwards. */
export async function* sessionEvents(
  backend: Backend,
  place: SessionPlace,
  workspace: string,
  { prompt, limits, session }: SessionWish,
  inspect: () => Promise<WorkspaceFinding>,
  cancel: Cancel,
): AsyncIterable<SessionEvent> {
  const work = await createWorkDir(place.tempDir);
  const home = join(work.path, 'home');
  makeFolder(home, 'session home', 0o700);
  makeFolder(place.logs, 'session logs');
  const log = createWriteStream(join(place.logs, `${session}.log`), { flags: 'a' });
  // A full disk must not end a session that goes well; what is lost is a log.
  log.on('error', () => {});
  const extra = { SWARM_RUN: work.cookie, ...place.extra };
  try {
    yield* backend.run(
      {
        prompt,
        workspace,
        home,
        env: sessionEnvironment(place.env, place.descriptor, home, extra),
        wrap: place.wrap,
        ...(place.model === undefined ? {} : { model: place.model }),
        args: place.args,
        limits,
        ...(place.price === undefined ? {} : { price: place.price }),
        inspect,
        onLine: (line, stream) => void log.write(stream === 'stdout' ? `${line}\n` : `! ${line}\n`),
      },
      cancel,
    );
  } finally {
    await new Promise<void>((resolve) => log.end(resolve));
    await work.remove();
  }
}
