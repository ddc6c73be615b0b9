// The commands that look at runs from outside: where they are, and a view that is drawn again and again.

import { setTimeout as sleep } from 'node:timers/promises';
import { openStateFolder } from '@swarm/host';
import { openWorkTree } from '@swarm/tasks';
import { taskSettings } from '../task/settings.js';
import { Block } from '../terminal/block.js';
import { listenForInterrupt } from '../terminal/interrupt.js';
import { printedLine, type Told } from '../terminal/told.js';
import { followLogs } from './follow.js';
import { type HubView, viewHub } from './hub-view.js';
import { showLogs } from './logs.js';
import { currentRuns, fleetFolder, isAlive } from './past-runs.js';
import { statusOf } from './status.js';
import { stopRuns } from './stop.js';

export interface ObserveFlags {
  readonly dir: string;
  readonly remote?: string | undefined;
}

/** The state folder of the repository around a folder. Throws `no-repository` (exit 2). */
async function repositoryState(flags: ObserveFlags): Promise<string> {
  const { dir, remote, branch } = await taskSettings(flags, process.env);
  return openStateFolder((await openWorkTree({ dir, remote, branch })).top);
}

export async function status(flags: ObserveFlags): Promise<Told> {
  const settings = await taskSettings(flags, process.env);
  const { top } = await openWorkTree(settings);
  const fleet = fleetFolder(await openStateFolder(top));
  const [runs, hub] = await Promise.all([
    currentRuns(fleet, new Date()),
    viewHub(settings, new AbortController().signal),
  ]);
  return statusOf(runs, hub, false);
}

export interface StopFlags extends ObserveFlags {
  readonly run?: string | undefined;
  readonly now?: boolean;
  readonly wait?: boolean;
}

export async function stop(flags: StopFlags): Promise<Told> {
  const interrupt = listenForInterrupt({
    message: 'stop: waiting was interrupted',
    hint: 'the run still stops',
  });
  const { run, now, wait } = flags;
  try {
    const state = await repositoryState(flags);
    return await stopRuns({
      state,
      run,
      how: now === true ? 'now' : 'finish',
      wait: wait === true,
      signal: interrupt.signal,
    });
  } catch (error) {
    throw interrupt.problem() ?? error;
  } finally {
    interrupt.release();
  }
}

export interface LogsFlags extends ObserveFlags {
  readonly run?: string | undefined;
  readonly lines?: number | undefined;
  readonly follow?: boolean;
}

/** Throws `no-agent` (exit 2). */
export async function logs(flags: LogsFlags, name: string | undefined): Promise<Told> {
  const { run, lines, follow } = flags;
  const wish = { state: await repositoryState(flags), name, run, lines };
  if (follow !== true) return showLogs(wish);
  const interrupt = listenForInterrupt({ message: 'logs: interrupted', hint: 'agents go on' });
  const gone = new AbortController();
  // A reader that has seen enough, as `head` does.
  process.stdout.on('error', () => gone.abort());
  try {
    const print = (line: string) => void process.stdout.write(`${printedLine(line)}\n`);
    return await followLogs(wish, print, AbortSignal.any([interrupt.signal, gone.signal]));
  } finally {
    interrupt.release();
  }
}

const DRAW_MS = 1_000;
/** How often the hub is asked: it costs it something. */
const ASK_MS = 10_000;

/** Draw the standing until no run is under way, or Ctrl-C; what stands then. */
export async function watchStatus(flags: ObserveFlags): Promise<Told> {
  const settings = await taskSettings(flags, process.env);
  const { top } = await openWorkTree(settings);
  const fleet = fleetFolder(await openStateFolder(top));
  const interrupt = listenForInterrupt({ message: 'status: interrupted', hint: 'agents go on' });
  let [hub, askedMs]: [HubView | undefined, number] = [undefined, 0];
  const block = new Block(process.stderr);
  try {
    for (;;) {
      const now = performance.now();
      if (hub === undefined || now - askedMs > ASK_MS) {
        hub = await viewHub(settings, interrupt.signal);
        askedMs = now;
      }
      const runs = await currentRuns(fleet, new Date());
      const told = statusOf(runs, hub, true);
      if (!runs.some(isAlive) || interrupt.signal.aborted) return told;
      block.draw(told.lines);
      await sleep(DRAW_MS, undefined, { signal: interrupt.signal }).catch(() => {});
    }
  } finally {
    interrupt.release();
    block.draw([]);
  }
}
