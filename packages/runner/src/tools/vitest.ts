// vitest 3 and newer. A reporter of ours tells tests as vitest itself knows them, in a file that no test's output gets into.
// vitest has no list that survives a broken file, so that tests are listed by a run in which none is chosen.

import { access, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TestId, TestOutcome } from '@swarm/core';
import type { Suite } from '../suite.js';
import type { FoundSuite, Tool, ToolSuite } from '../tool.js';
import type { Batch, BatchRun, BatchTool, ToolEvent } from './batch-tool.js';
import { runBatches } from './batches.js';
import { Listed } from './listed.js';
import { findPackages, nearestBinary } from './node-packages.js';
import { idPath, suiteFiles } from './project-files.js';
import { withTempFolder } from './temp-folder.js';
import { askTool, cantList, commandLine } from './tool-command.js';

const REPORTER = fileURLToPath(new URL('../../programs/vitest-events.mjs', import.meta.url));
/** No name matches it. */
const NOTHING = '(?!)';

export const VITEST: Tool = {
  tool: 'vitest',
  async find(root) {
    const found = new Map<string, string>();
    for (const file of await suiteFiles(root, ['**/vitest.config.{ts,mts,cts,js,mjs,cjs}'], 4))
      found.set(dirname(file), file);
    for (const { dir, file, scripts } of await findPackages(root))
      for (const [name, script] of scripts)
        if (/(?:^|[\s;&|/])vitest(?:\s|$)/.test(script) && !found.has(dir))
          found.set(dir, `${file}, script ${name}`);
    return [...found].map(([dir, because]): FoundSuite => ({ dir: join(root, dir), because }));
  },
  open: (suite) => new Vitest(suite),
};

/** A line of the reporter. */
interface Told {
  readonly kind: 'collected' | 'test' | 'broken' | 'start' | 'end';
  readonly file: string;
  readonly name?: string;
  /** Its name as `-t` matches it. */
  readonly match?: string;
  readonly state?: 'passed' | 'failed' | 'skipped' | 'pending';
  readonly mode?: string;
  readonly detail?: string;
  readonly output?: string;
  readonly wallMs?: number;
  readonly retries?: number;
}

/** A test as vitest knows it. */
interface VitestTest {
  readonly file: string;
  /** Left out: the file itself, which can't be loaded. */
  readonly match?: string;
}

class Vitest implements Suite {
  readonly name: string;
  #listed: Listed<VitestTest> | undefined;

  constructor(private readonly suite: ToolSuite) {
    this.name = suite.name;
  }

  async list(signal?: AbortSignal) {
    this.#listed = await this.#list(signal);
    return this.#listed.cases;
  }

  async run(tests: readonly TestId[], how: Parameters<Suite['run']>[1]): Promise<void> {
    await runBatches(this.#tool(), tests, how);
  }

  #list(signal?: AbortSignal): Promise<Listed<VitestTest>> {
    return withTempFolder(async (folder) => {
      const events = join(folder, 'events');
      const argv = await this.#argv(['-t', NOTHING, '--passWithNoTests']);
      const env = { SWARM_VITEST_EVENTS: events };
      const answer = await askTool({ argv, cwd: this.suite.dir, env, ...(signal && { signal }) });
      const told = (await readFile(events, 'utf8').catch(() => '')).split('\n').filter((line) => line !== '');
      const isClean = answer.exit.kind === 'exited' && answer.exit.code === 0;
      if (!isClean && told.length === 0)
        throw cantList(this.name, answer, `run vitest in ${this.suite.dir} to see why`);
      const tests = new Map<TestId, VitestTest>();
      for (const line of told) {
        const { kind, file, name, match } = JSON.parse(line) as Told;
        if (kind === 'test') tests.set(this.#idOf(file, name), { file, match: match! });
        else if (kind === 'broken') tests.set(this.#idOf(file), { file });
      }
      const listed = new Listed<VitestTest>();
      for (const [id, test] of tests) listed.add(id, test);
      return listed;
    });
  }

  #idOf(file: string, name?: string): TestId {
    const path = idPath(this.suite.root, file);
    return name === undefined ? path : `${path}::${name}`;
  }

  async #argv(args: readonly string[]): Promise<string[]> {
    const { command, dir, root } = this.suite;
    const program = command ?? (await nearestBinary('vitest', dir, root)) ?? 'vitest';
    return commandLine(program, ['run', ...this.suite.args, `--reporter=${REPORTER}`, ...args]);
  }

  #tool(): BatchTool {
    return {
      name: this.name,
      groupOf: (id) => id.split('::', 1)[0]!,
      jobsInside: true,
      // Its workers tell late, and one that is blocked by a test doesn't tell even of its start.
      quietMs: 5_000,
      // Its service for transforms ends a moment after it.
      lingers: true,
      most: 400,
      prepare: (batch) => this.#prepare(batch),
    };
  }

  async #prepare({ tests, folder, jobs }: Batch): Promise<BatchRun> {
    const events = join(folder, 'events');
    const known = tests.map((id) => ({ id, ...(this.#listed?.get(id) ?? this.#unlisted(id)) }));
    const gone = await missingFiles(known.map(({ file }) => file));
    const names = known.flatMap(({ match }) => (match === undefined ? [] : [patternOf(match)]));
    const pattern = names.length === 0 ? NOTHING : `^ ?(?:${[...new Set(names)].join('|')})$`;
    const files = [...new Set(known.map(({ file }) => file))].filter((file) => !gone.has(file));
    const argv = await this.#argv([`--maxWorkers=${jobs}`, '--passWithNoTests', '-t', pattern, ...files]);
    // Without a file to run it would run all of them.
    const run = files.length === 0 ? ['true'] : argv;
    const line = reader(new Map(known.map(({ id }) => [id, id])), (file, name) => this.#idOf(file, name));
    return {
      kind: 'run',
      argv: run,
      cwd: this.suite.dir,
      env: { SWARM_VITEST_EVENTS: events },
      eventsFile: events,
      line,
    };
  }

  #unlisted(id: TestId): VitestTest {
    const cut = id.indexOf('::');
    const file = join(this.suite.root, cut < 0 ? id : id.slice(0, cut));
    return cut < 0 ? { file } : { file, match: id.slice(cut + 2).replaceAll(' > ', ' ') };
  }
}

async function missingFiles(files: readonly string[]): Promise<ReadonlySet<string>> {
  const missing = new Set<string>();
  for (const file of new Set(files)) await access(file).catch(() => missing.add(file));
  return missing;
}

const patternOf = (name: string): string =>
  name.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&').replace(/\s/g, '\\s');

function reader(asked: ReadonlyMap<TestId, TestId>, idOf: (file: string, name?: string) => TestId) {
  /** Several tests may share a name, as of a table: the worst of them is the outcome. */
  const failed = new Set<TestId>();
  return (text: string, tell: (event: ToolEvent) => void): void => {
    const told = JSON.parse(text) as Told;
    if (told.kind === 'collected') tell({ kind: 'ready' });
    if (told.kind === 'broken') tellBroken(told, asked, idOf, tell);
    if (told.kind !== 'start' && told.kind !== 'end') return;
    const id = idOf(told.file, told.name);
    if (told.kind === 'start') {
      tell({ kind: 'start', id });
      return;
    }
    if (failed.has(id)) return;
    const outcome = outcomeOf(told);
    if (outcome.kind === 'fail') failed.add(id);
    tell({
      kind: 'end',
      id,
      outcome,
      output: told.output ?? '',
      ...(told.wallMs === undefined ? {} : { wallMs: told.wallMs }),
      ...(told.retries ? { earlier: Array.from({ length: told.retries }, () => RETRIED) } : {}),
    });
  };
}

const RETRIED: TestOutcome = { kind: 'fail', failure: 'exit', detail: 'retried by vitest' };

/** A file that can't be loaded fails all that was asked of it. */
function tellBroken(
  { file, detail = '', output = '' }: Told,
  asked: ReadonlyMap<TestId, TestId>,
  idOf: (file: string) => TestId,
  tell: (event: ToolEvent) => void,
): void {
  const path = idOf(file);
  for (const id of asked.keys())
    if (id === path || id.startsWith(`${path}::`))
      tell({ kind: 'end', id, outcome: { kind: 'fail', failure: 'compile', detail }, output });
}

function outcomeOf({ state, detail = '', mode }: Told): TestOutcome {
  if (state === 'passed') return { kind: 'pass' };
  if (state === 'failed') return { kind: 'fail', failure: 'exit', detail };
  return { kind: 'skip', reason: detail || mode || 'skipped' };
}
