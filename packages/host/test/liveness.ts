// What the tests share: temporary folders, and whether processes are alive.

import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll } from 'vitest';
import { readProcess } from '../src/process-table.js';

/** A folder that goes when the tests of the file are over. */
export function temporaryFolder(): string {
  const dir = mkdtempSync(join(tmpdir(), 'swarm-host-test-'));
  afterAll(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

export const pidIn = (file: string): number => Number(readFileSync(file, 'utf8'));

export const alive = (pid: number): boolean => readProcess(pid) !== undefined;

/** Wait until a condition holds, some seconds at most; tells whether it does. */
export async function eventually(holds: () => boolean, limitMs = 10_000): Promise<boolean> {
  const deadline = performance.now() + limitMs;
  while (!holds()) {
    if (performance.now() > deadline) return false;
    await sleep(20);
  }
  return true;
}

/** Start one of the programs beside this file, and wait for its first line of output. */
export async function startProgram(
  name: string,
  args: string[],
): Promise<{ child: ChildProcess; line: string }> {
  const file = join(import.meta.dirname, 'programs', name);
  const child = spawn(process.execPath, [file, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  for await (const chunk of child.stdout!) {
    text += chunk;
    if (text.includes('\n')) break;
  }
  return { child, line: text.trim() };
}
