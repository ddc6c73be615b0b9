// When the process that owns a runner is killed with -9, nothing that it ran stays: no program, daemon, helper or file.

import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { listProcesses, processesWithVariable } from '../src/process-table.js';
import { alive, eventually, pidIn, startProgram, temporaryFolder } from './liveness.js';

const dir = temporaryFolder();

it.each([
  ['native', 'SIGKILL'],
  ['native', 'SIGTERM'],
  ['bash', 'SIGKILL'],
  ['bash', 'SIGINT'],
] as const)('with %s helpers leaves no process and no file after %s', async (helper, signal) => {
  const place = mkdtempSync(join(dir, 'run-'));
  const cookie = `owner-death-${process.pid}-${helper}-${signal}`;
  const { child, line } = await startProgram('runner-owner.mjs', [place, cookie, helper]);
  expect(line).toBe('running');
  const programs = ['plain', 'deaf', 'grandchild', 'daemon'].map((name) => pidIn(join(place, name)));
  expect(programs.map(alive)).toEqual([true, true, true, true]);
  const helpers = listProcesses().filter(({ parent }) => parent === child.pid);
  expect(helpers).toHaveLength(4);
  const folders = helpers.flatMap(({ pid }) => helperFolder(pid) ?? []);
  expect(folders).toHaveLength(helper === 'bash' ? 4 : 0);

  child.kill(signal);

  const sessions = new Set(helpers.map(({ pid }) => pid));
  const left = () => [
    ...programs.filter(alive),
    ...listProcesses().filter(({ session }) => sessions.has(session)),
    ...processesWithVariable('SWARM_RUN', (value) => value.startsWith(cookie)),
  ];
  expect(await eventually(() => left().length === 0)).toBe(true);
  expect(await eventually(() => folders.every((folder) => !exists(folder)))).toBe(true);
});

/** The private folder of a helper in bash, from its command line. */
const helperFolder = (pid: number): string | undefined =>
  readFileSync(`/proc/${pid}/cmdline`, 'utf8')
    .split('\0')
    .find((word) => word.includes('swarm-run-') && !word.endsWith('helper'));

function exists(folder: string): boolean {
  try {
    readdirSync(folder);
    return true;
  } catch {
    return false;
  }
}
