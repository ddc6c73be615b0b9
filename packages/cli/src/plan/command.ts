// The command `swarm plan`: the backend, Ctrl-C, and what is shown while its session runs.

import { tmpdir } from 'node:os';
import { Cancellation } from '@swarm/core';
import { backendNamed, findBackends } from '../agents/discovery.js';
import { runSettings } from '../fleet/settings.js';
import { agentLine } from '../fleet/standing.js';
import { listenTwice } from '../terminal/interrupt.js';
import { createStatus } from '../terminal/status.js';
import type { Told } from '../terminal/told.js';
import { type PlanWish, runPlan } from './run.js';

/** The flags of `swarm plan`, as typed. */
export interface PlanFlags {
  readonly dir: string;
  readonly remote: string | undefined;
  readonly backend: string | undefined;
  readonly model: string | undefined;
  readonly isolation: string | undefined;
  readonly goal: string | undefined;
  readonly most: number;
  readonly 'max-usd': number | undefined;
  readonly 'dry-run': boolean;
}

/** What `swarm run` has besides. */
const NOT_TYPED = {
  ...{ role: undefined, agents: undefined, name: undefined, until: undefined, once: true },
  ...{ 'max-tokens': undefined, 'max-sessions': undefined, gate: undefined, sample: undefined },
};

export async function planCommand(config: object, flags: PlanFlags, args: readonly string[]): Promise<Told> {
  const settings = await runSettings({ ...NOT_TYPED, ...flags }, args, process.env, [{ name: 'lead' }]);
  const [lead] = settings.roles;
  const backends = new Map([['lead', backendNamed(await findBackends(config), lead!.backend)]]);
  const stop = { drain: new Cancellation(), abort: new Cancellation() };
  stop.drain.onCancel(() => stop.abort.cancel());
  const release = listenTwice(stop, 'stopping: nothing is stored');
  const status = createStatus(process.stderr, () => performance.now(), false);
  const wish: PlanWish = { goal: flags.goal, most: flags.most, dryRun: flags['dry-run'] };
  const onEvent = (
    _: unknown,
    { agents }: { readonly agents: ReadonlyMap<string, Parameters<typeof agentLine>[0]> },
  ) => status.show([...agents.values()].map(agentLine).join(' | '));
  try {
    return await runPlan({ settings, backends, stop, env: process.env, tempDir: tmpdir(), onEvent }, wish);
  } finally {
    release();
    status.clear();
  }
}
