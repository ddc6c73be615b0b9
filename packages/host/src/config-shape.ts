// What may stand in a config file, as valibot schemas: the one source of the types' rules, of the problems that people
// are told and of the JSON Schema for editors. Loaded only when there is a file to check.

import * as v from 'valibot';
import { gateSettings, gateShape } from './gate-shape.js';
import { ISOLATIONS } from './isolation.js';
import { priceShape, roleShape, runSettings, runShape, takesShape } from './run-shape.js';
import { count, exactly, flag, text, words } from './shape-values.js';
import { suiteShape, testsShape, writtenTestsShape } from './tests-shape.js';

const compilerKeys = {
  cc: text('The compiler: a name or a path.'),
  flags: v.optional(words('Arguments for this side only, as in a shell.')),
};

/** The keys of `bisect`, but for the compilers, which people may write shorter than they are kept. */
const settings = {
  dir: v.optional(text('Where build and test run, relative to this file.')),
  build: v.optional(text('The command that builds.')),
  clean: v.optional(text('The command that removes what was built.')),
  test: v.optional(text('The command that tests: exit status 0 passes.')),
  expectStdout: v.optional(text("A file with the test's expected standard output.")),
  jobs: v.optional(count('Probes at once.')),
  probeTimeout: v.optional(
    v.pipe(
      v.number(),
      v.gtValue(0, 'must be more than 0'),
      v.description("A test's time limit, in seconds."),
    ),
  ),
  confidence: v.optional(
    v.pipe(
      v.number(),
      v.gtValue(0, 'must be more than 0'),
      v.maxValue(1, 'must be at most 1'),
      v.description('How sure each culprit must be when tests are flaky.'),
    ),
  ),
  repeat: v.optional(count('How often the first probes are repeated to learn how flaky the test is.')),
  enumerate: v.optional(
    v.pipe(
      v.number(),
      v.integer('must be a whole number'),
      v.minValue(0, 'must be at least 0'),
      v.description('Further probes to spend on culprits that share members with those found.'),
    ),
  ),
  mixes: v.optional(flag("Spend more probes on units that fail only against the oracle's side.")),
  level: v.optional(
    v.pipe(
      v.picklist(['unit', 'function'], 'must be unit or function'),
      v.description('How fine to go; left out: units, then the functions of each culprit unit.'),
    ),
  ),
  labels: v.optional(flag('Ask whose fault culprits are, and which share a cause (true).')),
  labelTime: v.optional(
    v.pipe(
      v.number(),
      v.gtValue(0, 'must be more than 0'),
      v.description('Seconds for looking closer at culprits, to tell whose fault they are.'),
    ),
  ),
  compileCommands: v.optional(text('A compilation database, in place of a recorded build.')),
  configure: v.optional(text('With compileCommands: the command that writes it, run where it is not there.')),
  link: v.optional(text('With compileCommands: the command that links.')),
  rebuild: v.optional(flag('Run the build for each probe, where links can not be replayed.')),
  emitTasks: v.optional(flag('Make each finding a task.')),
  keepWork: v.optional(flag("Keep the probes' folders.")),
  units: v.optional(text('The other way in: a file with a unit name a line.')),
  probe: v.optional(text('With units: the command that tests a selection; {} is its file.')),
};

/** The keys of `tasks`. */
const taskSettings = {
  store: v.optional(
    v.pipe(
      v.picklist(['refs', 'files']),
      v.description('Where tasks and claims are kept: `refs` of the hub, or `files` on the branch.'),
    ),
  ),
  remote: v.optional(text("The hub: a remote's name or an address.")),
  branch: v.optional(text('The branch of the hub that work lands on.')),
  namespace: v.optional(text('Where the refs are kept at the hub: `refs/swarm`, or a prefix of branches.')),
  ttl: v.optional(
    v.pipe(
      v.number(),
      v.minValue(1, 'must be at least 1'),
      v.description('A claim without a sign of life for this long, in seconds, can be taken over.'),
    ),
  ),
  verifyTimeout: v.optional(
    v.pipe(
      v.number(),
      v.gtValue(0, 'must be more than 0'),
      v.description("A verify command's time limit, in seconds."),
    ),
  ),
};

const list = (about: string) => v.pipe(v.array(v.string()), v.description(about));
const size = (about: string) =>
  v.pipe(
    v.string(),
    v.regex(/^\d+(\.\d+)?[KMGT]?$/i, 'must be a size like 512M or 2G'),
    v.description(about),
  );

/** The keys of `workspaces`. */
const workspaceSettings = {
  isolation: v.optional(
    v.pipe(
      v.picklist(ISOLATIONS, 'must be clone, worktree, bubblewrap or container'),
      v.description('How workspaces are kept apart.'),
    ),
  ),
  root: v.optional(text('Where workspaces are kept, relative to this file.')),
  memory: v.optional(size('Memory for all programs in a workspace.')),
  processes: v.optional(count('Processes at once in a workspace.')),
  disk: v.optional(size("Disk for a workspace's files.")),
  keep: v.optional(list("Build folders that are kept in the agent's cache.")),
  network: v.optional(
    v.pipe(
      v.union([v.boolean(), v.array(v.string())]),
      v.description('In a sandbox: the whole network, or these hosts: api.example.com, localhost:8080.'),
    ),
  ),
  pass: v.optional(list('Variables that are passed on.')),
  readOnly: v.optional(list('In a sandbox: other paths to see.')),
  image: v.optional(text('For a container: its image.')),
  engine: v.optional(text('For a container: podman or docker.')),
};

const bisectShape = exactly({
  target: v.optional(exactly(compilerKeys)),
  oracle: v.optional(
    v.pipe(v.array(exactly(compilerKeys)), v.minLength(1, 'must name at least one compiler')),
  ),
  ...settings,
});

const tasksShape = exactly(taskSettings);

const workspacesShape = exactly(workspaceSettings);

const configShape = exactly({
  bisect: v.optional(bisectShape),
  tests: v.optional(testsShape),
  gate: v.optional(gateShape),
  run: v.optional(runShape),
  tasks: v.optional(tasksShape),
  workspaces: v.optional(workspacesShape),
});

const shortCompiler = v.union([text('A name or a path.'), v.strictObject(compilerKeys)]);

/** What people may write: one compiler for a list of one, and a name for a compiler. */
export const writtenShape = v.strictObject({
  bisect: v.pipe(
    v.optional(
      v.strictObject({
        target: v.optional(v.pipe(shortCompiler, v.description('The compiler under test.'))),
        oracle: v.optional(
          v.pipe(
            v.union([shortCompiler, v.pipe(v.array(shortCompiler), v.minLength(1))]),
            v.description('The known-good compiler, or several: a second one tells undefined behaviour.'),
          ),
        ),
        ...settings,
      }),
    ),
    v.description('For `swarm bisect`.'),
  ),
  tests: v.pipe(v.optional(writtenTestsShape), v.description('For `swarm sample-test` and `swarm gate`.')),
  gate: v.pipe(v.optional(v.strictObject(gateSettings)), v.description('For `swarm gate`.')),
  run: v.pipe(v.optional(v.strictObject(runSettings)), v.description('For `swarm run`.')),
  tasks: v.pipe(
    v.optional(v.strictObject(taskSettings)),
    v.description('For `swarm task`, `swarm sync` and `swarm land`.'),
  ),
  workspaces: v.pipe(v.optional(v.strictObject(workspaceSettings)), v.description('For `swarm workspace`.')),
});

export type ConfigValue = v.InferOutput<typeof configShape>;

/** One thing that is wrong, and where. */
export interface ShapeProblem {
  readonly path: readonly (string | number)[];
  readonly reason: string;
  /** Set when the problem is a key that isn't known: the keys that are known there. */
  readonly knownKeys?: readonly string[];
}

/** Check a value whose short forms are written out. All problems at once. */
export function checkShape(value: unknown): { value: ConfigValue } | { problems: ShapeProblem[] } {
  const result = v.safeParse(configShape, value);
  return result.success ? { value: result.output } : { problems: result.issues.map(problemOf) };
}

function problemOf(issue: v.InferIssue<typeof configShape>): ShapeProblem {
  const items = issue.path ?? [];
  const path = items.map(({ key }) => key as string | number);
  const last = items.at(-1);
  if (issue.type === 'never') {
    if (Array.isArray(last?.input))
      return { path: path.slice(0, -1), reason: `${named(path.slice(0, -1))} must be a mapping, not a list` };
    return { path, reason: `unknown key \`${path.at(-1)}\``, knownKeys: keysAt(path.slice(0, -1)) };
  }
  if (issue.kind === 'validation') return { path, reason: `${named(path)} ${issue.message}` };
  if (issue.received === 'undefined' && path.length > 0) return { path, reason: `${named(path)} is missing` };
  return { path, reason: `${named(path)} must be ${kindOf(issue.expected)}, not ${kindOf(issue.received)}` };
}

const named = (path: readonly (string | number)[]): string =>
  path.length === 0 ? 'the file' : `\`${path.join('.')}\``;

const keysAt = (path: readonly (string | number)[]): string[] => {
  if (path.length === 0) return Object.keys(configShape.entries);
  if (path[0] === 'tests') return Object.keys((path.length > 1 ? suiteShape : testsShape).entries);
  if (path[0] === 'run' && path.length > 1) return Object.keys(runPartAt(path).entries);
  if (path.length > 1) return ['cc', 'flags'];
  if (path[0] === 'gate') return Object.keys(gateShape.entries);
  if (path[0] === 'run') return Object.keys(runShape.entries);
  if (path[0] === 'tasks') return Object.keys(tasksShape.entries);
  return Object.keys(path[0] === 'workspaces' ? workspacesShape.entries : bisectShape.entries);
};

const runPartAt = (path: readonly (string | number)[]) =>
  path[1] === 'prices' ? priceShape : path.includes('takes') ? takesShape : roleShape;

const KINDS = new Map([
  ['string', 'text'],
  ['number', 'a number'],
  ['boolean', 'true or false'],
  ['Object', 'a mapping'],
  ['Array', 'a list'],
  ['(boolean | Array)', 'true, false or a list of hosts'],
  ['("refs" | "files")', '`refs` or `files`'],
]);

const kindOf = (type: string | null): string => KINDS.get(type ?? '') ?? `${type}`;
