// One bisect of a real program: the job, the run of the command line, and what of its document a test compares.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { processesWith } from '../kit/processes.ts';
import { bisectIn, type Report } from '../kit/report.ts';

/** What is bisected, in the words of the flags. */
export interface Job {
  readonly dir: string;
  readonly target: string;
  /** gcc when left out. */
  readonly oracle?: string;
  readonly targetFlags?: string;
  readonly build: string;
  readonly clean: string;
  readonly test: string;
  readonly expectStdout?: string;
  /** Units, or their functions; units when left out. */
  readonly level?: 'unit' | 'function' | 'default';
  /** Whose fault culprits are is asked, too. That takes long and hangs on the culprits alone, so it is asked once for a program. */
  readonly labels?: boolean;
}

/** What has to be the same however a bisect was run. Sets are in alphabetical order. */
export interface Findings {
  readonly verdict: string;
  readonly culprits: readonly {
    readonly members: readonly string[];
    readonly kind: string;
    readonly label: string;
  }[];
  readonly rejected: readonly string[];
}

/** For the planted-fault compiler: without it most of its objects are the oracle's, and there is little to search. */
export const DIFFERENT = '-fno-omit-frame-pointer';

const TIME_LIMIT_MS = 240_000;

/** The arguments of a job. */
export const bisectArguments = (job: Job, ...more: readonly string[]): string[] => [
  'bisect',
  '--json',
  ...flagsOf(job),
  ...more,
];

function flagsOf(job: Job): string[] {
  const flags = job.targetFlags === undefined ? [] : [`--target-flags=${job.targetFlags}`];
  const expected = job.expectStdout === undefined ? [] : ['--expect-stdout', job.expectStdout];
  const side = ['--target', job.target, ...flags, '--oracle', job.oracle ?? 'gcc'];
  const commands = ['--build', job.build, '--clean', job.clean, '--test', job.test, ...expected];
  const level = job.level === 'default' ? [] : ['--level', job.level ?? 'unit'];
  return ['--dir', job.dir, ...side, ...commands, ...level];
}

/** Runs a bisect to its end, says what it took, and makes sure that it left no process behind. */
export async function bisect(job: Job, ...more: readonly string[]): ReturnType<typeof bisectIn> {
  const watch = setTimeout(() => process.stderr.write(stateOf(job.dir)), TIME_LIMIT_MS - 5000);
  const run = bisectIn(job.dir, [...flagsOf(job), ...more], {
    timeoutMs: TIME_LIMIT_MS,
    labels: job.labels ?? false,
    ...(job.level === 'default' ? { level: job.level } : {}),
  });
  const report = await run.finally(() => clearTimeout(watch));
  const { units, probes, reused, compiles, seconds } = report.stats;
  const asked = `${report.culprits.length} culprits, ${report.rejected.length} rejected, ${probes} probes, ${reused} reused`;
  const took = `compiles ${compiles.target}+${compiles.oracle}, ${seconds.total.toFixed(1)} s`;
  const named = report.culprits.map(
    ({ members, outcome }) => `  ${members.join('+')}: ${outcome.kind}: ${outcome.detail}`,
  );
  named.push(...report.notes.map((note) => `  note: ${note}`));
  process.stderr.write(
    `  ${[[report.verdict, `${units} units`, asked, took, ...more].join(', '), ...named].join('\n')}\n`,
  );
  return report;
}

/** What a run that takes too long is doing: its processes, and the last that its log says. */
function stateOf(dir: string): string {
  const runs = join(dir, '.swarm', 'runs');
  const newest = existsSync(runs) ? readdirSync(runs).sort().at(-1) : undefined;
  const log =
    newest === undefined
      ? []
      : readFileSync(join(runs, newest, 'log.jsonl'), 'utf8')
          .trim()
          .split('\n');
  const running = processesWith(dir).map(({ pid, command }) => `${pid} ${command}`);
  return ['still running:', ...running, 'end of the log:', ...log.slice(-12), ''].join('\n');
}

export function findings(report: Report): Findings {
  const culprits = report.culprits.map(({ members, outcome, label }) => ({
    members: [...members].sort(),
    kind: outcome.kind,
    label,
  }));
  culprits.sort((a, b) => (a.members.join() < b.members.join() ? -1 : 1));
  return {
    verdict: report.verdict,
    culprits,
    rejected: report.rejected.map(({ unit }) => unit).sort(),
  };
}

/** True when every culprit has all that a certificate can prove. */
export function certified(report: Report): boolean {
  return report.culprits.every(
    ({ certificate }) =>
      certificate.alone === 'fail' && certificate.without === 'pass' && certificate.subsets === 'pass',
  );
}
