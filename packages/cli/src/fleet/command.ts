// The command `swarm run`: the backend, Ctrl-C in two steps, and what is shown while it runs.

import { tmpdir } from 'node:os';
import { Cancellation } from '@swarm/core';
import { backendNamed, findBackends } from '../agents/discovery.js';
import { openSharedHub } from '../task/session.js';
import { listenTwice } from '../terminal/interrupt.js';
import type { Told } from '../terminal/told.js';
import { Board } from './board.js';
import { dryRun, runAgents } from './run.js';
import { type RunFlags, runSettings } from './settings.js';

export async function runCommand(
  config: object,
  flags: RunFlags & { readonly 'dry-run': boolean },
  args: readonly string[],
): Promise<Told> {
  const settings = await runSettings(flags, args, process.env);
  const found = await findBackends(config);
  const backends = new Map(settings.roles.map(({ role, backend }) => [role, backendNamed(found, backend)]));
  if (flags['dry-run']) {
    const { heads } = await (await openSharedHub(settings.tasks, new AbortController().signal)).glance();
    return dryRun(settings, heads.filter(({ state }) => state === 'open').length);
  }
  const stop = { drain: new Cancellation(), abort: new Cancellation() };
  const board = new Board(process.stderr, () => performance.now());
  const words = 'stopping: sessions that run may finish; once more ends them';
  const release = listenTwice(stop, words, (line) => board.say(line));
  try {
    return await runAgents({
      settings,
      backends,
      stop,
      env: process.env,
      tempDir: tmpdir(),
      onEvent: (event, standing) => board.note(event, standing),
    });
  } finally {
    release();
    board.close();
  }
}
