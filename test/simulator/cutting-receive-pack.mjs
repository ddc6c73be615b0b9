// A receive-pack between an agent and the hub: every so many pushes the connection is cut, before the push has been done or
// after, so that the answer is lost. Arguments: cut one in so many (0: none), ms to wait first, a log, then the repository.

import { spawn } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

const [every, slowMs, log, dir] = process.argv.slice(2);
await sleep(Number(slowMs));
const lot = Math.random() * Number(every);
const fault = every === '0' || lot >= 1 ? 'none' : lot < 0.5 ? 'before' : 'after';
const child = spawn('git', ['receive-pack', dir], {
  stdio: [fault === 'none' ? 'inherit' : 'pipe', fault === 'none' ? 'inherit' : 'pipe', 'inherit'],
});
if (fault !== 'none') {
  // What comes first is what the hub has; the answer to the push comes after something was sent.
  let sent = false;
  child.stdout.on('data', (bytes) => {
    if (!sent) process.stdout.write(bytes);
  });
  process.stdin.on('data', (bytes) => {
    if (bytes.length <= 4 && !sent) return void child.stdin.write(bytes); // Nothing to push after all.
    if (!sent) appendFileSync(log, `${fault}\n`);
    sent = true;
    if (fault === 'before') {
      child.kill('SIGKILL');
      process.exit(1);
    }
    child.stdin.write(bytes);
  });
  process.stdin.on('end', () => child.stdin.end());
  child.stdin.on('error', () => {});
}
child.on('exit', (code) => process.exit(fault === 'after' ? 1 : (code ?? 1)));
