// Owns a runner with programs of all kinds in it, says when they run, and waits to be killed.

import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { createRunner } from '@swarm/host';

const [dir, cookie, helper] = process.argv.slice(2);
const runner = createRunner({ jobs: 4, cookie, helper });
const commands = [
  'echo $$ > plain; exec sleep 1000',
  'trap "" TERM INT HUP; echo $$ > deaf; while :; do sleep 1000; done',
  '(sleep 1000 & echo $! > grandchild; wait); :',
  'setsid sh -c "echo \\$\\$ > daemon; exec sleep 1000" & sleep 1000',
];
for (const command of commands) void runner.run({ argv: ['sh', '-c', command], cwd: dir });
const files = ['plain', 'deaf', 'grandchild', 'daemon'].map((name) => `${dir}/${name}`);
while (!files.every((file) => existsSync(file))) await sleep(20);
await sleep(100);
console.log('running');
await sleep(1_000_000);
