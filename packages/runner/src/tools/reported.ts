// Suites of tools that take a reporter of ours (vitest, jest): it tells tests as the tool itself knows them, in a file that no test's output gets
// into. They have no list that survives a broken file, so that tests are listed by a run in which none is chosen.

import { access } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { TestId, TestOutcome } from '@swarm/core';
import { readSeen } from '@swarm/host';
import type { Suite } from '../suite.js';
import type { FoundSuite, ToolSuite } from '../tool.js';
import type { Batch, BatchRun, BatchTool, ToolEvent } from './batch-tool.js';
import { runBatches } from './batches.js';
import { Listed } from './listed.js';
import { findPackages, nearestBinary } from './node-packages.js';
import { idPath, suiteFiles } from './project-files.js';
import { withTempFolder } from './temp-folder.js';
import { askTool, cantList, commandLine } from './tool-command.js';

/** No name matches it. */
const NOTHING = '(?!)';
/** The variable that tells the reporter its file. */
const EVENTS = 'SWARM_TEST_EVENTS';

export interface ReportingTool {
  readonly program: string;
  /** Its words with the reporter, around further arguments of the config. */
  words(args: readonly string[]): readonly string[];
  /** The words that let it run these files only. */
  only(files: readonly string[]): readonly string[];
}

/** Where its config lies, or a script of a package names it. */
export async function findReported(program: string, root: string): Promise<FoundSuite[]> {
  const found = new Map<string, string>();
  for (const file of await suiteFiles(root, [`**/${program}.config.{ts,mts,cts,js,mjs,cjs,json}`], 4))
    found.set(dirname(file), file);
  const called = new RegExp(`(?:^|[\\s;&|/])${program}(?:\\s|$)`);
  for (const { dir, file, scripts } of await findPackages(root))
    for (const [name, script] of scripts)
      if (called.test(script) && !found.has(dir)) found.set(dir, `${file}, script ${name}`);
  return [...found].map(([dir, because]) => ({ dir: join(root, dir), because }));
}

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
  /** What was told of it before doesn't count: it was run again. */
  readonly final?: boolean;
}

/** A test as its tool knows it. */
interface KnownTest {
  readonly file: string;
  /** Left out: the file itself, which can't be loaded. */
  readonly match?: string;
}

export class ReportedSuite implements Suite {
  readonly name: string;
  #listed: Listed<KnownTest> | undefined;

  constructor(
    private readonly suite: ToolSuite,
    private readonly tool: ReportingTool,
  ) {
    this.name = suite.name;
  }

  async list(signal?: AbortSignal) {
    this.#listed = await this.#list(signal);
    return this.#listed.cases;
  }

  async run(tests: readonly TestId[], how: Parameters<Suite['run']>[1]): Promise<void> {
    await runBatches(this.#tool(), tests, how);
  }

  #list(signal?: AbortSignal): Promise<Listed<KnownTest>> {
    return withTempFolder(async (folder) => {
      const events = join(folder, 'events');
      const argv = await this.#argv(['--passWithNoTests', '-t', NOTHING]);
      const env = { [EVENTS]: events };
      const answer = await askTool({ argv, cwd: this.suite.dir, env, ...(signal && { signal }) });
      const told = (await readSeen(events).catch(() => '')).split('\n').filter((line) => line !== '');
      const isClean = answer.exit.kind === 'exited' && answer.exit.code === 0;
      if (!isClean && told.length === 0)
        throw cantList(this.name, answer, `run ${this.tool.program} in ${this.suite.dir} to see why`);
      const tests = new Map<TestId, KnownTest>();
      for (const line of told) {
        const { kind, file, name, match } = JSON.parse(line) as Told;
        if (kind === 'test') tests.set(this.#idOf(file, name), { file, match: match! });
        else if (kind === 'broken') tests.set(this.#idOf(file), { file });
      }
      const listed = new Listed<KnownTest>();
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
    const { program, words } = this.tool;
    const called = command ?? (await nearestBinary(program, dir, root)) ?? program;
    return commandLine(called, [...words(this.suite.args), ...args]);
  }

  #tool(): BatchTool {
    return {
      name: this.name,
      groupOf: (id) => id.split('::', 1)[0]!,
      jobsInside: true,
      // Its workers tell late, and one that is blocked by a test doesn't tell even of its start.
      quietMs: 5_000,
      // Services and workers of its own end a moment after it.
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
    const argv = await this.#argv([
      `--maxWorkers=${jobs}`,
      '--passWithNoTests',
      '-t',
      pattern,
      ...this.tool.only(files),
    ]);
    // Without a file to run it would run all of them.
    const run = files.length === 0 ? ['true'] : argv;
    const line = reader(this.tool.program, new Map(known.map(({ id }) => [id, id])), (file, name) =>
      this.#idOf(file, name),
    );
    return {
      kind: 'run',
      argv: run,
      cwd: this.suite.dir,
      env: { [EVENTS]: events },
      eventsFile: events,
      line,
    };
  }

  #unlisted(id: TestId): KnownTest {
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

function reader(
  program: string,
  asked: ReadonlyMap<TestId, TestId>,
  idOf: (file: string, name?: string) => TestId,
) {
  /** Several tests may share a name, as of a table: the worst of them is the outcome. */
  const failed = new Map<TestId, ToolEvent>();
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
    if (told.final === true) failed.delete(id);
    const outcome = outcomeOf(told);
    const end: ToolEvent = {
      kind: 'end',
      id,
      outcome,
      output: told.output ?? '',
      ...(told.wallMs === undefined ? {} : { wallMs: told.wallMs }),
      ...(told.retries ? { earlier: Array.from({ length: told.retries }, () => retriedBy(program)) } : {}),
    };
    const last = failed.get(id) ?? end;
    if (outcome.kind === 'fail') failed.set(id, last);
    tell(last);
  };
}

const retriedBy = (program: string): TestOutcome => ({
  kind: 'fail',
  failure: 'exit',
  detail: `retried by ${program}`,
});

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
