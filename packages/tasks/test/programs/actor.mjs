// One agent's step as a process of its own: `actor.mjs DIR STEP TASK [KILL]`. Killed before its KILL-th git command (0: never).
// Prints the step's result as one line of JSON. SWARM_STORE=files: with claims as files.

import { openFilesHub, openHub, openQueueServer } from '@swarm/tasks';

const [dir, step, task, kill = '0', holder = 'actor'] = process.argv.slice(2);
let commands = 0;
const onGit = () => {
  commands += 1;
  if (commands === Number(kill)) process.kill(process.pid, 'SIGKILL');
};

const options = { dir, random: Math.random, onGit };
const hub =
  process.env.SWARM_STORE === 'files'
    ? await openFilesHub({ ...options, ttlMs: 60_000 })
    : await openHub(options);
const request = { task, holder, ttlMs: 60_000 };
const own = async () => (await hub.claims.own()).find((lease) => lease.task === task);
const seen = async () => (await hub.claims.list()).find((claim) => claim.task === task);

const STEPS = {
  claim: () => hub.claims.claim(request),
  renew: async () => hub.claims.renew(await own()),
  release: async () => hub.claims.release(await own(), { attempt: { agent: holder, outcome: 'failed' } }),
  takeover: async () => hub.claims.takeOver(await seen(), request),
  land: async () => hub.land({ lease: await own(), commit: 'HEAD' }),
  sync: () => hub.sync(),
  /** Open the queue, and end without closing it. */
  attend: async () => (await openQueueServer(options)).attendance.begin(60_000),
  /** Land whatever waits. */
  queue: async () => {
    const server = await openQueueServer(options);
    const { base, waiting } = await server.list();
    const combination = await server.combine(base, waiting);
    const landed = await server.land(combination, waiting);
    await server.close();
    return landed;
  },
};

console.log(JSON.stringify(await STEPS[step]()));
