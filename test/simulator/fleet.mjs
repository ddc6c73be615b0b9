// A simulated fleet: agents, their jobs, and what goes wrong. Ends when all jobs are done, with what the judge found.

import { chmodSync, existsSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Agent } from './agent.mjs';
import { VirtualClock } from './clock.mjs';
import { Diary } from './diary.mjs';
import { judge } from './judge.mjs';
import { JobQueue } from './queue.mjs';
import { World } from './world.mjs';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/**
 * `jobs`: `{ task, atMs, holdMs, end: 'land' | 'supersede' | 'die', rival?, left? }`; `left`: another job does
 * what a dead one leaves. `faults`: `killEvery` claims, `cutEvery` pushes,
 * `slowMs`, `away` (hours at which the hub is away for half of one), `clockBack` (the hour at which wall clocks go back by one),
 * `diskFull` (hours at which one agent's disk is full for half of one), `sameName` (two agents have one name), `vandal`
 * (in the end someone breaks the rules, and the judge must say so). `quick`: work is made without
 * working trees, and made anew where a sync would rebase it.
 */
export async function simulate({
  jobs,
  agents,
  ttlMs,
  gridMs = MINUTE,
  faults = {},
  random = Math.random,
  onStep,
  quick = false,
}) {
  const clock = new VirtualClock();
  const world = new World(clock, random);
  const diary = new Diary();
  const startedMs = performance.now();
  const fleet = {
    clock,
    world,
    diary,
    random,
    ttlMs,
    gridMs,
    quick,
    queue: new JobQueue(jobs),
    faults: killing(faults.killEvery ?? 0),
    hubOptions: () => ({ silenceMs: 20_000 }),
  };
  const restore = scheduleFaults(fleet, faults);
  try {
    await world.begin();
    await world.addTasks([...new Set(jobs.map(({ task }) => task))]);
    const folders = Array.from({ length: agents }, (_, i) => `agent-${i + 1}`);
    for (const folder of folders) {
      await world.addAgent(folder, quick);
      if (faults.cutEvery > 0 || faults.slowMs > 0)
        await world.spoilPushes(folder, { cutEvery: faults.cutEvery ?? 0, slowMs: faults.slowMs ?? 0 });
    }
    if (onStep) clock.onJump((nowMs) => onStep({ nowMs, diary }));
    const nameOf = (folder) => (faults.sameName && folder === 'agent-2' ? 'agent-1' : folder);
    await Promise.all(
      folders.map((folder) => clock.run(() => new Agent(nameOf(folder), folder, fleet).live())),
    );
    if (faults.vandal) await world.breakRules('planted-claim');
    const problems = await judge(world, diary, expectedOf(jobs));
    return {
      problems,
      diary,
      pushes: world.pushes(),
      cuts: world.cuts(),
      virtualMs: clock.nowMs,
      wallMs: performance.now() - startedMs,
    };
  } finally {
    restore();
    world.remove();
  }
}

/** Every so many sessions one that is to be killed; one that ended before that leaves it to the next. */
function killing(every) {
  let sessions = 0;
  return {
    owed: 0,
    kill() {
      if (every === 0) return false;
      if (++sessions % every === 0) this.owed++;
      if (this.owed === 0) return false;
      this.owed--;
      return true;
    },
  };
}

function expectedOf(jobs) {
  const landed = new Set(jobs.filter(({ end }) => end === 'land').map(({ task }) => task));
  const superseded = new Set(jobs.map(({ task }) => task).filter((task) => !landed.has(task)));
  return { landed: [...landed], superseded: [...superseded] };
}

function scheduleFaults(fleet, { away = [], clockBack, diskFull = [] }) {
  const realNow = Date.now;
  const { world } = fleet;
  const during = (hours, nowMs) => hours.some((hour) => nowMs >= hour * HOUR && nowMs < (hour + 0.5) * HOUR);
  const full = join(world.dir, 'disk-is-full');
  if (diskFull.length > 0) fleet.hubOptions = withFullDisk(world, full);
  fleet.clock.onJump((nowMs) => {
    const elsewhere = `${world.hubDir}.away`;
    if (during(away, nowMs) && existsSync(world.hubDir)) renameSync(world.hubDir, elsewhere);
    if (!during(away, nowMs) && existsSync(elsewhere)) renameSync(elsewhere, world.hubDir);
    if (clockBack !== undefined && nowMs >= clockBack * HOUR) Date.now = () => realNow() - HOUR;
    if (during(diskFull, nowMs)) writeFileSync(full, '');
    else rmSync(full, { force: true });
  });
  return () => {
    Date.now = realNow;
  };
}

/** The first agent's git, through a shell that lets no file grow while the disk is full. */
function withFullDisk(world, full) {
  const bin = world.dir;
  writeFileSync(
    join(bin, 'git'),
    `#!/bin/bash\nPATH=\${PATH#*:}\nif [[ -e '${full}' ]]; then trap '' XFSZ; ulimit -f 0; fi\nexec git "$@"\n`,
  );
  chmodSync(join(bin, 'git'), 0o755);
  const env = { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', PATH: `${bin}:${process.env.PATH}` };
  return (folder) => ({ silenceMs: 20_000, ...(folder === 'agent-1' ? { env } : {}) });
}
