// What may stand in a config file, as valibot schemas: the one source of the types' rules, of the problems that people
// are told and of the JSON Schema for editors. Loaded only when there is a file to check.

import * as v from 'valibot';

const text = (about: string) => v.pipe(v.string(), v.nonEmpty('must not be empty'), v.description(about));
const words = (about: string) => v.pipe(v.string(), v.description(about));
const count = (about: string) =>
  v.pipe(
    v.number(),
    v.integer('must be a whole number'),
    v.minValue(1, 'must be at least 1'),
    v.description(about),
  );
const flag = (about: string) => v.pipe(v.boolean(), v.description(about));

const compiler = v.union([
  text('The compiler: a name or a path.'),
  v.strictObject({
    cc: text('The compiler: a name or a path.'),
    flags: v.optional(words('Arguments for this side only, as in a shell.')),
  }),
]);

export const bisectShape = v.strictObject({
  dir: v.optional(text('Where build and test run, relative to this file.')),
  target: v.optional(v.pipe(compiler, v.description('The compiler under test.'))),
  oracle: v.optional(
    v.pipe(
      v.union([compiler, v.pipe(v.array(compiler), v.minLength(1, 'must name at least one compiler'))]),
      v.description('The known-good compiler, or several: a second one tells undefined behaviour.'),
    ),
  ),
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
  compileCommands: v.optional(text('A compilation database, in place of a recorded build.')),
  link: v.optional(text('With compileCommands: the command that links.')),
  rebuild: v.optional(flag('Run the build for each probe, where links can not be replayed.')),
  keepWork: v.optional(flag("Keep the probes' folders.")),
  units: v.optional(text('The other way in: a file with a unit name a line.')),
  probe: v.optional(text('With units: the command that tests a selection; {} is its file.')),
});

export const configShape = v.strictObject({
  bisect: v.optional(v.pipe(bisectShape, v.description('For `swarm bisect`.'))),
});

export type ConfigInput = v.InferOutput<typeof configShape>;

/** One thing that is wrong, and where. */
export interface ShapeProblem {
  readonly path: readonly (string | number)[];
  readonly reason: string;
  /** Set when the problem is a key that isn't known: the keys that are known there. */
  readonly knownKeys?: readonly string[];
}

/** Check a value. All problems at once, in the order of the schema. */
export function checkShape(value: unknown): { value: ConfigInput } | { problems: ShapeProblem[] } {
  const result = v.safeParse(configShape, value);
  return result.success ? { value: result.output } : { problems: result.issues.flatMap(problemsOf) };
}

interface Issue {
  readonly type: string;
  readonly expected?: string | null;
  readonly received?: string;
  readonly message: string;
  readonly path?: readonly { readonly key?: unknown; readonly input?: unknown }[] | undefined;
  readonly issues?: readonly Issue[] | undefined;
  readonly requirement?: unknown;
}

/** A union's problem is that of the branch that got furthest; a bare "not this type" is told by the types. */
function problemsOf(issue: Issue): ShapeProblem[] {
  const at = (issue.path ?? []).map(({ key }) => key as string | number);
  if (issue.type === 'union' && issue.issues !== undefined) {
    const deep = issue.issues.filter(
      (inner) => (inner.path?.length ?? 0) > 0 || inner.requirement !== undefined,
    );
    if (deep.length > 0)
      return deep.flatMap(problemsOf).map((problem) => ({ ...problem, path: [...at, ...problem.path] }));
  }
  if (issue.type === 'strict_object' && issue.expected === 'never') {
    const knownKeys = keysAt(at.slice(0, -1));
    return [{ path: at, reason: `unknown key \`${at.at(-1)}\``, knownKeys }];
  }
  const name = at.length === 0 ? 'the file' : `\`${at.join('.')}\``;
  if (issue.requirement !== undefined) return [{ path: at, reason: `${name} ${issue.message}` }];
  if (issue.received === 'undefined' && at.length > 0) return [{ path: at, reason: `${name} is missing` }];
  return [{ path: at, reason: `${name} must be ${expected(issue.expected)}, not ${issue.received}` }];
}

const keysAt = (path: readonly (string | number)[]): string[] => {
  if (path.length === 0) return Object.keys(configShape.entries);
  return path.length === 1 ? Object.keys(bisectShape.entries) : ['cc', 'flags'];
};

const KINDS = new Map([
  ['string', 'text'],
  ['number', 'a number'],
  ['boolean', 'true or false'],
  ['Object', 'a mapping'],
  ['Array', 'a list'],
]);

function expected(type: string | null | undefined): string {
  const kinds = (type ?? '').replaceAll(/[()]/g, '').split(' | ');
  return [...new Set(kinds.map((kind) => KINDS.get(kind) ?? kind))].join(' or ');
}
