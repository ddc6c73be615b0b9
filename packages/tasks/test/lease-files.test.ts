// The notes of leases beside which another process of the same clone is writing one.

import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { LeaseFiles } from '../src/lease-files.js';

test('looking at the hub leaves a note that is being written, and removes what a killed writer left', async () => {
  const state = mkdtempSync(join(tmpdir(), 'swarm-leases-'));
  onTestFinished(() => rmSync(state, { recursive: true }));
  const folder = join(state, 'leases');
  mkdirSync(folder);
  const file = (name: string, hoursAgo: number) => {
    const time = Date.now() / 1000 - 3600 * hoursAgo;
    writeFileSync(join(folder, name), '{');
    utimesSync(join(folder, name), time, time);
  };
  file('.one.0123.json.1.0.draft', 0);
  file('.two.4567.json.1.0.draft', 2);
  file('three.89ab.json', 0);
  await new LeaseFiles(state).settle(async () => ({ claims: [] }));
  expect(readdirSync(folder)).toEqual(['.one.0123.json.1.0.draft']);
});
