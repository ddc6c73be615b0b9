// The flags of `swarm bisect`, and what they say as a layer of settings.

import { resolve } from 'node:path';
import { Errors, Flags } from '@oclif/core';
import { type Compiler, compilerPath, type Layer } from './settings.js';

const number = (text: string): Promise<number> => {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value))
    return Promise.reject(new Errors.CLIError(`"${text}" is not a number`));
  return Promise.resolve(value);
};

export const numeric = (summary: string, helpValue: string) =>
  Flags.custom<number>({ parse: number, summary, helpValue })();

export const bisectFlags = {
  target: Flags.string({ summary: 'Compiler under development.', helpValue: 'CC' }),
  oracle: Flags.string({
    summary: 'Known-good compiler (gcc). A second one tells undefined behaviour in the program.',
    helpValue: 'CC',
    multiple: true,
  }),
  build: Flags.string({ summary: 'Command that builds everything.', helpValue: 'CMD' }),
  test: Flags.string({ summary: 'Command that passes with exit status 0.', helpValue: 'CMD' }),
  dir: Flags.string({ summary: 'Where build and test run (.).', helpValue: 'DIR' }),
  clean: Flags.string({ summary: 'Command run before the first recorded build.', helpValue: 'CMD' }),
  'target-flags': Flags.string({ summary: 'Extra flags for the target only.', helpValue: 'FLAGS' }),
  'oracle-flags': Flags.string({ summary: 'Extra flags for the oracle only.', helpValue: 'FLAGS' }),
  'expect-stdout': Flags.string({
    summary: "Compare the test's standard output with a file.",
    helpValue: 'FILE',
  }),
  jobs: numeric('Probes and compiles at a time (2).', 'N'),
  'probe-timeout': numeric('Seconds before a test counts as a hang (10x the oracle, at least 2).', 'S'),
  confidence: numeric('Confidence asked of every culprit (0.999).', 'P'),
  repeat: numeric('Repeats of the first probes, to learn how flaky the test is (1).', 'N'),
  mixes: Flags.boolean({
    summary: "Spend more probes on units that fail only against the oracle's side.",
  }),
  enumerate: numeric('Further probes to spend on culprits that share members with those found (0).', 'N'),
  level: Flags.option({
    summary:
      'unit: stop at units. function: search the functions of all units at once. Default: units, then the functions of each culprit.',
    options: ['unit', 'function'] as const,
  })(),
  'no-labels': Flags.boolean({
    summary:
      'Stop at culprits and certificates: whose fault they are, and which share a cause, is not asked.',
  }),
  'label-time': numeric('Seconds for looking closer at culprits, to tell whose fault they are (300).', 'S'),
  'compile-commands': Flags.string({
    summary: 'Take the units from a compilation database.',
    helpValue: 'FILE',
  }),
  configure: Flags.string({
    summary: 'With --compile-commands: command that writes the database, run where it is not there yet.',
    helpValue: 'CMD',
  }),
  link: Flags.string({
    summary: 'With --compile-commands: command that links the objects.',
    helpValue: 'CMD',
  }),
  only: Flags.string({
    summary: "Unit that may come from the target; all others stay the oracle's. Left out: all units.",
    helpValue: 'UNIT',
    multiple: true,
  }),
  rebuild: Flags.boolean({ summary: 'Run the build for each probe instead of replaying links.' }),
  units: Flags.string({ summary: 'Bisect any list of names, one a line, with --probe.', helpValue: 'FILE' }),
  probe: Flags.string({
    summary:
      'With --units: command that gets the selection in {} and exits 0 pass, 125 unresolved, else fail.',
    helpValue: 'CMD',
  }),
  'emit-tasks': Flags.boolean({
    summary: 'Make each finding a task, bring those of earlier runs up to date and close what is mended.',
  }),
  resume: Flags.boolean({ summary: 'Go on where an interrupted run of the same job stopped.' }),
  'keep-work': Flags.boolean({ summary: 'Keep the folders in which probes ran.' }),
  json: Flags.boolean({ summary: 'Print one JSON document (swarm.bisect/1).' }),
  debug: Flags.boolean({ summary: 'Show where a problem came from.', hidden: true }),
};

/** Parsed values of `bisectFlags`. */
export interface BisectFlags {
  readonly target?: string | undefined;
  readonly oracle?: readonly string[] | undefined;
  readonly build?: string | undefined;
  readonly test?: string | undefined;
  readonly dir?: string | undefined;
  readonly clean?: string | undefined;
  readonly 'target-flags'?: string | undefined;
  readonly 'oracle-flags'?: string | undefined;
  readonly 'expect-stdout'?: string | undefined;
  readonly jobs?: number | undefined;
  readonly 'probe-timeout'?: number | undefined;
  readonly confidence?: number | undefined;
  readonly repeat?: number | undefined;
  readonly enumerate?: number | undefined;
  readonly mixes?: boolean | undefined;
  readonly level?: 'unit' | 'function' | undefined;
  readonly 'no-labels'?: boolean;
  readonly 'label-time'?: number | undefined;
  readonly 'compile-commands'?: string | undefined;
  readonly configure?: string | undefined;
  readonly link?: string | undefined;
  readonly only?: readonly string[] | undefined;
  readonly rebuild: boolean;
  readonly units?: string | undefined;
  readonly probe?: string | undefined;
  readonly 'emit-tasks'?: boolean;
  readonly resume: boolean;
  readonly 'keep-work': boolean;
}

/** Flags as a layer; their paths are relative to the current folder. */
export function flagLayer(flags: BisectFlags, cwd: string): Layer {
  const path = (value: string | undefined) => (value === undefined ? undefined : resolve(cwd, value));
  const oracles = flags.oracle?.map((cc): Compiler => ({ cc: compilerPath(cc, cwd), flags: '' }));
  return defined({
    dir: path(flags.dir),
    target: flags.target === undefined ? undefined : compilerPath(flags.target, cwd),
    targetFlags: flags['target-flags'],
    oracles,
    oracleFlags: flags['oracle-flags'],
    build: flags.build,
    clean: flags.clean,
    test: flags.test,
    expectStdout: path(flags['expect-stdout']),
    jobs: flags.jobs,
    probeTimeout: flags['probe-timeout'],
    confidence: flags.confidence,
    repeat: flags.repeat,
    enumerate: flags.enumerate,
    mixes: flags.mixes || undefined,
    level: flags.level,
    labels: flags['no-labels'] ? false : undefined,
    labelTime: flags['label-time'],
    compileCommands: path(flags['compile-commands']),
    configure: flags.configure,
    link: flags.link,
    only: flags.only,
    rebuild: flags.rebuild || undefined,
    keepWork: flags['keep-work'] || undefined,
    emitTasks: flags['emit-tasks'] || undefined,
    units: path(flags.units),
    probe: flags.probe,
  });
}

/** Without the keys that say nothing. */
export function defined<T extends object>(values: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as never;
}
