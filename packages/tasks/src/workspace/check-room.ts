// A room for checks: where what an agent wrote is built and tested, isolated as its sessions are, on a tree of its own. Of the agent's
// workspace nothing is there, so that what a session left in its files, home or cache has no say.
//
// Every program is started from outside, in a sandbox of its own: how it ended is seen there, and no program gets at what judges it, nor
// at another one that runs. Of the folders that are made for programs each sees those that its own words name.

import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import { EXIT, SwarmError } from '@swarm/core';
import { createRunner, makeFolder, type RunResult, type Surroundings, surrounded } from '@swarm/host';
import { openEnclosure } from './enclosure.js';
import { ENGINE_FAILED } from './exec.js';
import type { Place } from './place.js';
import type { WorkspaceRecord } from './record.js';

export interface CheckRoom extends Surroundings {
  close(): Promise<void>;
}

const LIMIT_MS = 60_000;

export interface RoomWish {
  readonly tree: string;
  /** Folders of the tree that programs can't move away, outer ones first. */
  readonly held: readonly string[];
  /** More that is seen, read-only. */
  readonly shows: readonly string[];
}

/** Throws `no-sandbox` (exit 3) where nothing can be run in it. */
export async function openCheckRoom(
  place: Place,
  record: WorkspaceRecord,
  { tree, held, shows }: RoomWish,
): Promise<CheckRoom> {
  const enclosure = await openEnclosure(place, record, { freshHome: true, tree, shows });
  const folder = join(enclosure.folder, 'work');
  makeFolder(folder, 'check room');
  const { SWARM_CACHE: _, ...own } = enclosure.env;
  const limits = enclosure.processLimits.length === 0 ? [] : ['prlimit', ...enclosure.processLimits, '--'];
  const watch = enclosure.watch();
  const numbers = new WeakMap<object, number>();
  let started = 0;
  const room: CheckRoom = {
    ...{ folder, tree },
    enter: ({ argv, cwd, env }) => {
      const number = ++started;
      const folders = namedFolders(folder, [...argv, cwd, ...Object.values(env)]);
      const writable = [...held, ...folders];
      const entered = enclosure.enter({
        argv,
        env: { ...own, ...env, ...enclosure.mark },
        cwd,
        folders: writable,
        number,
      });
      const program = { ...entered, argv: [...limits, ...entered.argv] };
      numbers.set(program, number);
      return program;
    },
    leave: async (program, result) => {
      const failed = record.isolation === 'container' && isEngines(result);
      if (failed || result.exit.kind !== 'exited') await enclosure.endOthers(numbers.get(program));
      return failed ? notStarted(result) : withExcess(result, watch.excess());
    },
    close: () => {
      watch.stop();
      return enclosure.close();
    },
  };
  try {
    await surrounded(room, () => expectUsable(record, tree));
    return room;
  } catch (error) {
    await room.close();
    throw error;
  }
}

/** Were nothing to run in it, every test would fail on both sides, and nothing would be held against a change. */
async function expectUsable({ name, isolation }: WorkspaceRecord, cwd: string): Promise<void> {
  const runner = createRunner({ jobs: 1 });
  try {
    const { exit, stderr } = await runner.run({ argv: ['sh', '-c', ':'], cwd, timeLimitMs: LIMIT_MS });
    if (exit.kind === 'exited' && exit.code === 0) return;
    const said = exit.kind === 'not-started' ? exit.reason : stderr.trim().split('\n').at(-1);
    throw new SwarmError(`checks of ${name}: no program can be run in its ${isolation}: ${said}`, {
      code: 'no-sandbox',
      exit: EXIT.environment,
      hint: 'is all there that workspaces.readOnly names, and sh?',
    });
  } finally {
    await runner.close();
  }
}

const isEngines = ({ exit }: RunResult): boolean => exit.kind === 'exited' && exit.code === ENGINE_FAILED;

const notStarted = (result: RunResult): RunResult => ({
  ...result,
  exit: {
    kind: 'not-started',
    reason: result.stderr.trim().split('\n').at(-1) || 'the container did not start',
  },
});

/** Who is killed inside ends its sandbox with a status: a sandbox that is killed itself was so from outside. */
const withExcess = (result: RunResult, what: string | undefined): RunResult =>
  what === undefined || result.exit.kind !== 'signalled' ? result : { ...result, note: what };

/** The folders beneath one that words name, or name something in; the innermost that are there. */
function namedFolders(folder: string, words: readonly string[]): string[] {
  const found = new Set<string>();
  for (const word of words)
    for (let at = word.indexOf(`${folder}/`); at >= 0; at = word.indexOf(`${folder}/`, at + 1)) {
      const path = /^[^\s'":;,=]*/.exec(word.slice(at + folder.length))![0];
      const named = innermostFolder(folder, path.split('/'));
      if (named !== folder) found.add(named);
    }
  return [...found].sort();
}

/** Links are not followed: an earlier program may have made them, to anywhere. */
function innermostFolder(folder: string, names: readonly string[]): string {
  let at = folder;
  for (const name of names) {
    if (name === '' || name === '.') continue;
    const next = join(at, name);
    if (name === '..' || lstatSync(next, { throwIfNoEntry: false })?.isDirectory() !== true) break;
    at = next;
  }
  return at;
}
