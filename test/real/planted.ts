// A real program with faults planted in chosen functions, built and bisected once.

import { execFileSync } from 'node:child_process';
import { copyFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import { project } from '../kit/folder.ts';
import { FAULTCC } from '../kit/program.ts';
import { bisect, certified, DIFFERENT, findings, type Job } from './bisection.ts';
import { unpack } from './sources.mjs';

const HERE = dirname(fileURLToPath(import.meta.url));

export interface Planted {
  readonly tarball: string;
  /** What makes the sources ready to be built, and files of ours beside them. */
  readonly prepare?: string;
  readonly files?: readonly string[];
  /** What the test prints where nothing is planted, a file of ours; else the oracle says it. */
  readonly expected?: string;
  readonly build: string;
  readonly clean: string;
  readonly test: string;
  readonly faults: readonly string[];
  /** A flag that makes every object differ from the oracle's. */
  readonly different?: string;
  readonly level?: Exclude<Job['level'], undefined>;
  /** All probes together, certificates among them. */
  readonly mostProbes?: number;
}

/** Plants the faults, and bisects; the culprits as `members: kind`, each certified. */
export async function foundIn({
  different = DIFFERENT,
  level = 'default',
  mostProbes = Number.POSITIVE_INFINITY,
  ...planted
}: Planted): Promise<string[]> {
  const folder = project({ faults: `${planted.faults.join('\n')}\n` }, 'swarm-planted-');
  const dir = folder.path('program');
  unpack(planted.tarball, dir);
  for (const file of planted.files ?? []) copyFileSync(join(HERE, file), join(dir, file.split('/').at(-1)!));
  const run = (command: string) =>
    execFileSync('sh', ['-c', command], { cwd: dir, stdio: 'pipe', maxBuffer: 2 ** 26 });
  run(planted.prepare ?? 'true');
  const expectStdout = folder.path('expected.txt');
  if (planted.expected === undefined) {
    run(planted.build);
    writeFileSync(expectStdout, run(planted.test));
  } else copyFileSync(join(HERE, planted.expected), expectStdout);
  const { build, clean, test: command } = planted;
  const targetFlags = `${different} -ffaults=${folder.path('faults')}`;
  const job = { dir, target: FAULTCC, targetFlags, build, clean, test: command, expectStdout };
  const report = await bisect({ ...job, level });
  expect(certified(report)).toBe(true);
  expect(report.stats.probes).toBeLessThanOrEqual(mostProbes);
  return findings(report).culprits.map(({ members, kind }) => `${members.join(' ')}: ${kind}`);
}
