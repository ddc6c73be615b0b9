// Takes a lock: `hold` says so and keeps it until killed; `count` adds to a file many times, once per lock.

import { readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { withLock } from '@swarm/host';

const [lock, mode, file, times] = process.argv.slice(2);
if (mode === 'hold')
  await withLock(lock, async () => {
    console.log('held');
    await sleep(1_000_000);
  });
for (let i = 0; i < Number(times); i++)
  await withLock(lock, async () => {
    const count = Number(readFileSync(file, 'utf8'));
    await sleep(0);
    writeFileSync(file, String(count + 1));
  });
