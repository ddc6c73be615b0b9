// Makes a work folder and leaves a daemon behind that carries its cookie; says where, and waits to be killed.

import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { createWorkDir } from '@swarm/host';

const work = await createWorkDir(process.argv[2]);
const env = { ...process.env, SWARM_RUN: `${work.cookie}.1` };
const daemon = spawn('sleep', ['1000'], { detached: true, stdio: 'ignore', env });
daemon.unref();
console.log(JSON.stringify({ path: work.path, pid: daemon.pid }));
await sleep(1_000_000);
