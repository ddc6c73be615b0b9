// A full disk is the machine's fault: it ends the run with one line, and is never taken for an outcome.

import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { callee, callers, project } from './project.js';

const canMount = (): boolean => {
  try {
    execFileSync('unshare', ['-rm', 'true']);
    return true;
  } catch {
    return false;
  }
};

/** Opens a session on a plan whose `.swarm` is on a disk of the given size; prints the error's code or the outcome. */
const PROGRAM = `
  const { openBisection } = await import(process.argv[1]);
  const { Cancellation, Selection } = await import(process.argv[2]);
  const plan = JSON.parse(process.argv[3]);
  const side = (command, flags) => ({ command, flags });
  try {
    const opened = await openBisection(plan, { target: side('gcc', ['-O1']), oracle: side('gcc', []), test: process.argv[4], jobs: 1 });
    const probe = { selection: Selection.full(opened.units.length), attempt: 0, purpose: 'explore' };
    const answer = await opened.prober(probe, new Cancellation());
    console.log(JSON.stringify(answer.outcome));
    await opened.close();
  } catch (error) {
    console.log(error.code === undefined ? error.stack : error.code + ' ' + error.exit);
  }
`;

test.skipIf(!canMount())('a full disk in the store, in a slot and under a test', () => {
  const of = project({
    files: {
      'main.c': callers('b'),
      'b.c': `${callee('b', 1)}\nconst char big[600000] = { 1 };\n`,
      'large.bin': 'x'.repeat(400_000),
    },
  });
  const dist = (name: string) => join(import.meta.dirname, `../../../${name}/dist/index.js`);
  const run = (size: string, command: string) =>
    execFileSync(
      'unshare',
      [
        '-rm',
        'sh',
        '-c',
        'mkdir -p "$1" && mount -t tmpfs -o size=$2 tmpfs "$1" && shift 2 && exec "$@"',
        'sh',
        of.path('.swarm'),
        size,
        process.execPath,
        '--input-type=module',
        '-e',
        PROGRAM,
        dist('build'),
        dist('core'),
        JSON.stringify(of.plan),
        command,
      ],
      { encoding: 'utf8' },
    ).trim();
  expect(run('40m', './prog')).toBe('{"kind":"pass"}');
  expect(run('700k', './prog')).toBe('disk-full 3');
  expect(run('2500k', './prog')).toBe('disk-full 3');
  expect(run('12m', 'dd if=/dev/zero of=fill bs=64k 2>/dev/null && ./prog')).toBe('disk-full 3');
});
