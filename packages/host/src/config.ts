// The config of a project, in three stages: parse the file, normalise what it says by writing out short forms, check
// the rules. All problems are told at once.

import { dirname } from 'node:path';
import { EXIT, readHostRule, SwarmError } from '@swarm/core';
import { findConfig, parseConfig } from './config-file.js';
import type { ConfigValue, ShapeProblem } from './config-shape.js';
import type { GateConfig } from './gate-config.js';
import type { Isolation } from './isolation.js';
import { nearestName } from './nearest-name.js';
import type { RoleConfig, RunConfig } from './run-config.js';
import { type SuiteConfig, suiteProblem, type TestsConfig } from './tests-config.js';

/** One side's compiler. */
export interface CompilerConfig {
  readonly cc: string;
  /** As in a shell; '' for none. */
  readonly flags: string;
}

/** The keys of `bisect`, each also a flag; what isn't in the file is left out. Paths are as written. */
export interface BisectConfig {
  readonly dir?: string;
  readonly target?: CompilerConfig;
  /** At least one; the second tells undefined behaviour. */
  readonly oracle?: readonly CompilerConfig[];
  readonly build?: string;
  readonly clean?: string;
  readonly test?: string;
  readonly expectStdout?: string;
  readonly jobs?: number;
  /** Seconds. */
  readonly probeTimeout?: number;
  readonly confidence?: number;
  readonly repeat?: number;
  readonly enumerate?: number;
  readonly mixes?: boolean;
  readonly level?: 'unit' | 'function';
  readonly labels?: boolean;
  /** Seconds. */
  readonly labelTime?: number;
  readonly compileCommands?: string;
  readonly configure?: string;
  readonly link?: string;
  readonly rebuild?: boolean;
  readonly emitTasks?: boolean;
  readonly keepWork?: boolean;
  readonly units?: string;
  readonly probe?: string;
}

/** The keys of `tasks`; what isn't in the file is left out. */
export interface TasksConfig {
  readonly store?: 'refs' | 'files';
  readonly remote?: string;
  readonly branch?: string;
  readonly namespace?: string;
  /** Seconds. */
  readonly ttl?: number;
  /** Seconds. */
  readonly verifyTimeout?: number;
}

/** The keys of `workspaces`; what isn't in the file is left out. Sizes and paths are as written. */
export interface WorkspacesConfig {
  readonly isolation?: Isolation;
  readonly root?: string;
  readonly memory?: string;
  readonly processes?: number;
  readonly disk?: string;
  readonly keep?: readonly string[];
  /** In a sandbox: all of it, or these hosts (see core's `readHostRule`). */
  readonly network?: boolean | readonly string[];
  readonly pass?: readonly string[];
  readonly readOnly?: readonly string[];
  readonly image?: string;
  readonly engine?: string;
}

export interface SwarmConfig {
  readonly bisect: BisectConfig;
  readonly tests: TestsConfig;
  readonly gate: GateConfig;
  readonly run: RunConfig;
  readonly tasks: TasksConfig;
  readonly workspaces: WorkspacesConfig;
}

export interface LoadedConfig {
  /** Absolute; left out when there is none, and then `config` is empty. Paths in the config are relative to its folder. */
  readonly file?: string;
  readonly config: SwarmConfig;
  /** What the file has, be it empty: `tasks: {}` says that there are tasks. */
  readonly sections: ReadonlySet<keyof SwarmConfig>;
}

/**
 * The config that holds for a folder: found in it or above, up to the repository's root.
 * Throws `config-invalid` with all problems, or `config-unreadable` (exit 2).
 */
export async function loadConfig(startDir: string): Promise<LoadedConfig> {
  const file = await findConfig(startDir);
  if (file === undefined)
    return {
      config: { bisect: {}, tests: {}, gate: {}, run: {}, tasks: {}, workspaces: {} },
      sections: new Set(),
    };
  const parsed = await parseConfig(file);
  const lineAt = (path: readonly (string | number)[], reason: string) => ({
    line: parsed.lineOf(path),
    reason,
  });
  if (parsed.problems.length > 0) throw invalid(file, parsed.problems);
  const { checkShape } = await import('./config-shape.js');
  const checked = checkShape(writtenOut(parsed.value ?? {}));
  if ('problems' in checked)
    throw invalid(
      file,
      checked.problems.map((problem) => lineAt(problem.path, explained(problem))),
    );
  const config = configOf(checked.value);
  const broken = brokenRules(config);
  if (broken.length > 0)
    throw invalid(
      file,
      broken.map(({ path, reason }) => lineAt(path, reason)),
    );
  return { file, config, sections: new Set(Object.keys(checked.value) as (keyof SwarmConfig)[]) };
}

/** The JSON Schema of a config file, for editors. */
export async function configJsonSchema(): Promise<Record<string, unknown>> {
  const [{ toJsonSchema }, { writtenShape }] = await Promise.all([
    import('@valibot/to-json-schema'),
    import('./config-shape.js'),
  ]);
  const schema = toJsonSchema(writtenShape, { errorMode: 'ignore' });
  return { ...schema, title: 'swarm.config' };
}

/** A pattern for a list of one; what is no list of suites is left for the check. */
function suitesWrittenOut(tests: unknown): unknown {
  if (!isRecord(tests) || !Array.isArray(tests.suites)) return tests;
  const list = (it: unknown) => (typeof it === 'string' ? [it] : it);
  const suites = tests.suites.map((suite: unknown) =>
    isRecord(suite)
      ? Object.fromEntries(
          Object.entries(suite).map(([key, value]) => [
            key,
            ['glob', 'exclude', 'programs'].includes(key) ? list(value) : value,
          ]),
        )
      : suite,
  );
  return { ...tests, suites };
}

/** `target: tcc` for `target: {cc: tcc}`, and one oracle for a list of one; what is neither is left for the check. */
function writtenOut(file: unknown): unknown {
  if (!isRecord(file)) return file;
  const value = file.tests === undefined ? file : { ...file, tests: suitesWrittenOut(file.tests) };
  const { bisect } = value as Record<string, unknown>;
  if (!isRecord(bisect)) return value;
  const { target, oracle } = bisect;
  const compiler = (it: unknown) => (typeof it === 'string' ? { cc: it } : it);
  const list = (it: unknown) => (Array.isArray(it) ? it : [it]).map(compiler);
  return {
    ...value,
    bisect: {
      ...bisect,
      ...(target === undefined ? {} : { target: compiler(target) }),
      ...(oracle === undefined ? {} : { oracle: list(oracle) }),
    },
  };
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const present = <T extends object>(keys: T) =>
  Object.fromEntries(Object.entries(keys).filter(([, value]) => value !== undefined)) as {
    [key in keyof T]: Exclude<T[key], undefined>;
  };

const presentRole = ({ takes, ...role }: NonNullable<NonNullable<ConfigValue['run']>['roles']>[number]) =>
  ({ ...present(role), ...(takes === undefined ? {} : { takes: present(takes) }) }) as RoleConfig;

function configOf({
  bisect = {},
  tests = {},
  gate = {},
  run = {},
  tasks = {},
  workspaces = {},
}: ConfigValue): SwarmConfig {
  const { target, oracle, ...rest } = bisect;
  const compiler = ({ cc, flags = '' }: { cc: string; flags?: string | undefined }) => ({ cc, flags });
  return {
    bisect: {
      ...present(rest),
      ...(target === undefined ? {} : { target: compiler(target) }),
      ...(oracle === undefined ? {} : { oracle: oracle.map(compiler) }),
    },
    tests: present({
      ...tests,
      suites: tests.suites?.map((suite) => present(suite) as SuiteConfig),
    }) as TestsConfig,
    gate: present(gate),
    run: present({ ...run, roles: run.roles?.map(presentRole) }) as RunConfig,
    tasks: present(tasks),
    workspaces: present(workspaces),
  };
}

function brokenRoles(roles: readonly RoleConfig[]): ShapeProblem[] {
  const names = roles.map(({ name }) => name);
  return roles.flatMap(({ name, every, takes }, i): ShapeProblem[] => {
    const at = (key: string, reason: string) => ({ path: ['run', 'roles', i, key], reason });
    return [
      ...(names.indexOf(name) < i ? [at('name', `there are two roles ${name}`)] : []),
      ...(every !== undefined && takes !== undefined
        ? [at('takes', '`every` and `takes` exclude each other: a role with rounds takes no tasks')]
        : []),
    ];
  });
}

function brokenNetwork({ network }: WorkspacesConfig): ShapeProblem[] {
  const path = ['workspaces', 'network'];
  if (typeof network !== 'object') return [];
  if (network.length === 0)
    return [{ path, reason: '`workspaces.network` names no host: `false` is for none' }];
  return network.flatMap((host, i): ShapeProblem[] => {
    const rule = readHostRule(host);
    if (!('problem' in rule)) return [];
    return [
      { path: [...path, i], reason: `\`workspaces.network\`: ${JSON.stringify(host)} ${rule.problem}` },
    ];
  });
}

/** What contradicts itself. Nothing is said of what is missing: a flag may still bring it. */
function brokenRules({ bisect, tests, run, workspaces }: SwarmConfig): ShapeProblem[] {
  const together = (a: keyof BisectConfig, b: keyof BisectConfig, why: string): ShapeProblem[] =>
    bisect[a] === undefined || bisect[b] === undefined
      ? []
      : [{ path: ['bisect', b], reason: `\`${a}\` and \`${b}\` exclude each other: ${why}` }];
  const suites = (tests.suites ?? []).flatMap((suite, i): ShapeProblem[] => {
    const reason = suiteProblem(suite);
    return reason === undefined ? [] : [{ path: ['tests', 'suites', i], reason: `suite ${i + 1} ${reason}` }];
  });
  return [
    ...suites,
    ...brokenRoles(run.roles ?? []),
    ...brokenNetwork(workspaces),
    ...together('units', 'build', 'units come from a list or from a build'),
    ...together('units', 'compileCommands', 'units come from a list or from a compilation database'),
    ...together('probe', 'test', 'a list of units is tested by `probe` alone'),
    ...together(
      'build',
      'compileCommands',
      'units come from a recorded build or from a compilation database',
    ),
  ];
}

function explained({ path, reason, knownKeys }: ShapeProblem): string {
  if (knownKeys === undefined) return reason;
  const near = nearestName(String(path.at(-1)), knownKeys);
  return near === undefined
    ? `${reason}: known are ${knownKeys.join(', ')}`
    : `${reason}: did you mean \`${near}\`?`;
}

interface Told {
  readonly line: number | undefined;
  readonly reason: string;
}

function invalid(file: string, problems: readonly Told[]): SwarmError {
  const sorted = [...problems].sort((a, b) => (a.line ?? 0) - (b.line ?? 0));
  const message = sorted.map(
    ({ line, reason }) => `${file}${line === undefined ? '' : `:${line}`}: ${reason}`,
  );
  return new SwarmError([...new Set(message)].join('; '), {
    code: 'config-invalid',
    exit: EXIT.usage,
    hint: `correct ${dirname(file) === process.cwd() ? 'the file' : file}`,
  });
}
