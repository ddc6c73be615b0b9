// Go's tests. A package's test binary is built once a run and then asked for batches of its tests: what `go test -json` does, without
// linking it for every batch. A package that doesn't build fails its own tests and no others.

import { join } from 'node:path';
import type { TestId, TestOutcome } from '@swarm/core';
import { makeFolder } from '@swarm/host';
import type { SuiteRun } from '../suite.js';
import type { FoundSuite, Tool } from '../tool.js';
import type { Batch, BatchFailed, BatchRun, BatchTool, ToolEvent } from './batch-tool.js';
import { GO_LIST_FORMAT, type GoPackage, readPackages, testsIn } from './go-tests.js';
import { Listed } from './listed.js';
import { ListedTool } from './listed-tool.js';
import { idPath, suiteFiles } from './project-files.js';
import { askTool, cantList, commandLine } from './tool-command.js';

export const GO: Tool = {
  tool: 'go',
  async find(root) {
    const modules = await suiteFiles(root, ['**/go.mod'], 4);
    return modules.map((file): FoundSuite => ({ dir: join(root, file, '..'), because: file }));
  },
  open: (suite) => new GoSuite(suite),
};

interface GoTest {
  readonly name: string;
  readonly of: GoPackage;
}

type Built = { readonly binary: string } | BatchFailed;

class GoSuite extends ListedTool<GoTest> {
  protected tool(listed: Listed<GoTest>, how: SuiteRun): BatchTool {
    const built = new Map<string, Promise<Built>>();
    const build = (of: GoPackage, batch: Batch): Promise<Built> => {
      const known = built.get(of.path);
      if (known !== undefined) return known;
      const folder = join(how.work.path, `go-${built.size}`);
      makeFolder(folder, 'build folder');
      const binary = join(folder, 'go.test');
      const building = this.#build(of, binary, batch.signal, how.env);
      built.set(of.path, building);
      return building;
    };
    return {
      name: this.name,
      groupOf: (id: TestId) => listed.get(id)?.of.path ?? '',
      oneGroup: true,
      jobsInside: false,
      quietMs: 60_000,
      most: 200,
      prepare: async (batch: Batch) => prepare(batch, listed, build),
    };
  }

  protected async askForTests(signal?: AbortSignal): Promise<Listed<GoTest>> {
    const { dir: cwd, root } = this.suite;
    const argv = this.#argv(['list', '-e', '-f', GO_LIST_FORMAT, './...']);
    const answer = await askTool({ argv, cwd, ...(signal && { signal }) });
    if (answer.exit.kind !== 'exited' || answer.exit.code !== 0)
      throw cantList(this.name, answer, `run go list ./... in ${cwd} to see why`);
    const listed = new Listed<GoTest>();
    for (const of of readPackages(answer.stdout))
      for (const file of of.files)
        for (const name of await testsIn(of.dir, file))
          listed.add(`${idPath(root, join(of.dir, file))}::${name}`, { name, of });
    return listed;
  }

  async #build(of: GoPackage, binary: string, signal: AbortSignal, env = {}): Promise<Built> {
    const argv = this.#argv(['test', '-c', '-o', binary, ...this.suite.args, of.path]);
    const { exit, stdout, stderr } = await askTool({ argv, cwd: this.suite.dir, env, signal });
    if (exit.kind === 'exited' && exit.code === 0) return { binary };
    if (exit.kind === 'not-started')
      return {
        kind: 'failed',
        outcome: { kind: 'unresolved', reason: `go can't be started: ${exit.reason}` },
      };
    const said = `${stderr}\n${stdout}`.split('\n');
    const detail =
      said.find((line) => /:\d+:\d+: /.test(line)) ?? said.find((line) => line.trim() !== '') ?? '';
    return { kind: 'failed', outcome: { kind: 'fail', failure: 'compile', detail } };
  }

  #argv(args: readonly string[]): string[] {
    return commandLine(this.suite.command ?? 'go', args);
  }
}

const GONE: TestOutcome = { kind: 'fail', failure: 'missing', detail: 'no source has such a test' };

async function prepare(
  batch: Batch,
  listed: Listed<GoTest>,
  build: (of: GoPackage, batch: Batch) => Promise<Built>,
): Promise<BatchRun | BatchFailed> {
  const tests = batch.tests.flatMap((id) => {
    const test = listed.get(id);
    return test === undefined ? [] : [{ id, ...test }];
  });
  const [first] = tests;
  if (first === undefined) return { kind: 'failed', outcome: GONE };
  const built = await build(first.of, batch);
  if ('kind' in built) return built;
  const pattern = `^(${tests.map(({ name }) => name).join('|')})$`;
  // As `go test` itself calls it; a test that ends the process with 0 must not pass for all of them.
  const own = ['-test.v', '-test.paniconexit0', '-test.timeout=0', `-test.run=${pattern}`];
  return {
    kind: 'run',
    argv: ['go', 'tool', 'test2json', '-t', '-p', first.of.path, built.binary, ...own],
    cwd: first.of.dir,
    line: reader(new Map(tests.map(({ name, id }) => [name, id]))),
  };
}

/** A line of `test2json`. */
interface Told {
  readonly Action: string;
  readonly Test?: string;
  readonly Output?: string;
  readonly Elapsed?: number;
}

function reader(ids: ReadonlyMap<string, TestId>) {
  const running = new Set<TestId>();
  const reasons = new Map<TestId, string>();
  return (text: string, tell: (event: ToolEvent) => void): void => {
    const told = parsed(text);
    // Parts of a test speak for it; what ends is the test itself.
    const id = told?.Test === undefined ? undefined : ids.get(told.Test.split('/', 1)[0]!);
    if (told === undefined || id === undefined) return;
    const isWhole = !told.Test!.includes('/');
    if (told.Action === 'output') {
      note(reasons, id, told.Output ?? '');
      tell({ kind: 'output', id, text: told.Output ?? '' });
    } else if (told.Action === 'run' && isWhole) {
      running.add(id);
      tell({ kind: 'start', id });
    } else if (isWhole && running.has(id) && /^(?:pass|fail|skip)$/.test(told.Action)) {
      // One that doesn't run can't end, whatever another one prints.
      running.delete(id);
      const outcome = outcomeOf(told.Action, reasons.get(id) ?? '');
      tell({
        kind: 'end',
        id,
        outcome,
        ...(told.Elapsed === undefined ? {} : { wallMs: told.Elapsed * 1000 }),
      });
    }
  };
}

function parsed(text: string): Told | undefined {
  try {
    return JSON.parse(text) as Told;
  } catch {
    return undefined;
  }
}

/** The last line that a test says of itself, or its panic. */
function note(reasons: Map<TestId, string>, id: TestId, output: string): void {
  const line = output.trim();
  if (line === '' || /^(?:=== |--- |goroutine |\[signal |\/|testing\.|created by |main\.|panic\()/.test(line))
    return;
  if (!reasons.get(id)?.startsWith('panic: ')) reasons.set(id, line.replace(/ \[recovered\]$/, ''));
}

function outcomeOf(action: string, said: string): TestOutcome {
  if (action === 'pass') return { kind: 'pass' };
  if (action === 'skip')
    return { kind: 'skip', reason: said.replace(/^\S+_test\.go:\d+: /, '') || 'it says so' };
  return { kind: 'fail', failure: said.startsWith('panic: ') ? 'crash' : 'exit', detail: said || 'FAIL' };
}
