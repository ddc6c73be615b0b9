// What a bisect printed, as far as tests compare it, and the runs that a folder has seen, as their logs tell.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import type { Expected } from '../../fixtures/programs/many/generate.mjs';
import { processesLeft } from './processes.ts';
import { type Ended, type SwarmOptions, swarm } from './swarm.ts';

/** The parts of `swarm.bisect/1` that tests read. */
export interface Report {
  readonly schema: string;
  readonly verdict: string;
  readonly culprits: readonly {
    readonly id: string;
    readonly members: readonly string[];
    readonly outcome: { readonly kind: string; readonly detail: string };
    readonly confidence: number;
    readonly certificate: { readonly alone: string; readonly without: string; readonly subsets: string };
    readonly label: string;
    readonly evidence?: string;
    readonly group?: { readonly id: string; readonly construct: string; readonly members: readonly string[] };
  }[];
  readonly rejected: readonly { readonly unit: string; readonly stage: string; readonly reason: string }[];
  readonly notes: readonly string[];
  readonly stats: {
    readonly units: number;
    readonly probes: number;
    readonly reused: number;
    readonly unresolved: number;
    readonly compiles: { readonly target: number; readonly oracle: number };
    readonly seconds: { readonly total: number };
  };
  readonly log: string;
}

/** A probe as a run's log tells of it. */
interface LoggedProbe {
  readonly key: string;
  readonly attempt: number;
  readonly reused: boolean;
}

const schemaFile = new URL('../../docs/schemas/swarm.bisect.1.json', import.meta.url);
const isBisectDocument = new Ajv({ allErrors: true }).compile(JSON.parse(readFileSync(schemaFile, 'utf8')));

/** The document of a run; throws, with what is wrong, when it is not what the schema says. */
export function reportOf(ended: Ended): Report {
  const document = ended.json<Report>();
  if (isBisectDocument(document)) return document;
  const problems = JSON.stringify(isBisectDocument.errors?.slice(0, 3));
  throw new Error(`no swarm.bisect/1 (exit ${ended.code}): ${problems}\n${ended.stdout}\n${ended.stderr}`);
}

export interface BisectOptions extends SwarmOptions {
  /** `default`: as without the flag, units and then the functions of culprits. Left out: units alone. */
  readonly level?: 'default';
  /** Whose fault culprits are is asked, too: for tests that are about that, since it takes as long as the rest. Default false. */
  readonly labels?: boolean;
}

/** Bisect in a folder with --json; throws when a process that belongs to the folder is left behind. */
export async function bisectIn(
  dir: string,
  args: readonly string[] = [],
  { level, labels = false, ...options }: BisectOptions = {},
): Promise<Report & { readonly code: number | null }> {
  const units = level === 'default' || args.includes('--level') ? [] : ['--level', 'unit'];
  const less = labels ? units : ['--no-labels', ...units];
  const ended = await swarm(['bisect', '--json', ...less, ...args], { cwd: dir, ...options });
  const left = await processesLeft(dir);
  if (left.length > 0) throw new Error(`left running: ${left.map(({ command }) => command).join('; ')}`);
  return { ...reportOf(ended), code: ended.code };
}

/** What a bisect found, in the form of a program's expected.json: members and culprits in alphabetical order. */
export function found(report: Report): Pick<Expected, 'culprits' | 'rejected'> & { verdict: string } {
  const culprits = report.culprits.map(({ members, outcome, label }) => ({
    members: [...members].sort(),
    ...(label === 'boundary' ? {} : { failure: outcome.kind }),
    ...(label === 'miscompile'
      ? {}
      : { label: label as Exclude<Expected['culprits'][number]['label'], undefined> }),
  }));
  culprits.sort((a, b) => (a.members.join() < b.members.join() ? -1 : 1));
  return { verdict: report.verdict, culprits, rejected: report.rejected.map(({ unit }) => unit).sort() };
}

/** Every probe that any run in a folder has really run, as key#attempt; a probe that was run twice is there twice. */
export function probesRun(dir: string): string[] {
  const runs = join(dir, '.swarm', 'runs');
  return readdirSync(runs).flatMap((run) =>
    lines(join(runs, run, 'log.jsonl'))
      .filter(({ kind }) => kind === 'probe')
      .map((event) => event as unknown as LoggedProbe)
      .filter(({ reused }) => !reused)
      .map(({ key, attempt }) => `${key}#${attempt}`),
  );
}

/** The names that are there more than once. */
export const repeated = (names: readonly string[]): string[] =>
  names.filter((name, i) => names.indexOf(name) !== i);

/** The whole lines of a log; none when it isn't there. */
function lines(file: string): { readonly kind?: string }[] {
  let text = '';
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line));
}
