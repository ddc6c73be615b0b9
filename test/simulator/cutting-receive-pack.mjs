// A receive-pack whose connection is cut before the push has been done or after, so that the answer is lost. Arguments: `before` or
// `after`, a log, then the repository.

import { spawn } from 'node:child_process';
import { appendFileSync } from 'node:fs';

const [fault, log, dir] = process.argv.slice(2);
const child = spawn('git', ['receive-pack', dir], { stdio: ['pipe', 'pipe', 'inherit'] });
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
child.on('exit', (code) => process.exit(fault === 'after' ? 1 : (code ?? 1)));
