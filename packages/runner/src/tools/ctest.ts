// CMake's ctest. Tests are chosen by number, so that no name has to survive as a pattern; ctest itself keeps its fixtures,
// resource locks and serial tests in order, so that one of its processes runs at a time, with our number of jobs.

import { dirname, join } from 'node:path';
import type { TestId, TestOutcome } from '@swarm/core';
import { readSeen } from '@swarm/host';
import type { FoundSuite, Tool } from '../tool.js';
import type { BatchTool, ToolEvent } from './batch-tool.js';
import { Listed } from './listed.js';
import { ListedTool } from './listed-tool.js';
import { idPath, suiteFiles } from './project-files.js';
import { askTool, cantList, commandLine } from './tool-command.js';

export const CTEST: Tool = {
  tool: 'ctest',
  async find(root) {
    const caches = await suiteFiles(root, ['**/CTestTestfile.cmake'], 4);
    const folders = caches.map((file) => dirname(file));
    // A build folder has such a file in each of its folders; the outermost one is the suite.
    const outermost = folders.filter((folder) => !folders.some((other) => isWithin(folder, other)));
    return outermost.map(
      (folder): FoundSuite => ({ dir: join(root, folder), because: join(folder, 'CTestTestfile.cmake') }),
    );
  },
  async advice(root) {
    for (const file of await suiteFiles(root, ['CMakeLists.txt', '*/CMakeLists.txt'], 2)) {
      const text = await readSeen(join(root, file)).catch(() => '');
      if (/^\s*(?:enable_testing\s*\(|include\s*\(\s*CTest\s*\))/im.test(text))
        return `${file} has tests for ctest, which are known once it is built: cmake -S ${dirname(file)} -B build && cmake --build build`;
    }
    return undefined;
  },
  open: (suite) => new Ctest(suite),
};

const isWithin = (folder: string, other: string): boolean =>
  folder !== other && (other === '.' || folder.startsWith(`${other}/`));

/** What `--show-only=json-v1` says, as far as it is read. */
interface Shown {
  readonly backtraceGraph?: {
    readonly files: readonly string[];
    readonly nodes: readonly { readonly file: number }[];
  };
  readonly tests: readonly { readonly name: string; readonly backtrace?: number }[];
}

class Ctest extends ListedTool<number> {
  protected async askForTests(signal?: AbortSignal): Promise<Listed<number>> {
    const argv = this.#argv(['--show-only=json-v1']);
    const answer = await askTool({ argv, cwd: this.suite.dir, ...(signal && { signal }) });
    const shown = parsed(answer.stdout);
    if (shown === undefined) throw cantList(this.name, answer, `run ctest in ${this.suite.dir} to see why`);
    const listed = new Listed<number>();
    for (const [i, test] of shown.tests.entries()) listed.add(this.#idOf(test, shown), i + 1);
    return listed;
  }

  /** A test belongs to the file with its `add_test`, where that is known and ours. */
  #idOf(test: Shown['tests'][number], { backtraceGraph }: Shown): TestId {
    const { dir, root } = this.suite;
    const node = test.backtrace === undefined ? undefined : backtraceGraph?.nodes[test.backtrace];
    const file = node === undefined ? undefined : backtraceGraph?.files[node.file];
    const path = idPath(root, file ?? join(dir, 'CTestTestfile.cmake'));
    const own = path.startsWith('../') ? idPath(root, join(dir, 'CTestTestfile.cmake')) : path;
    return `${own}::${test.name}`;
  }

  #argv(args: readonly string[]): string[] {
    return commandLine(this.suite.command ?? 'ctest', [...this.suite.args, ...args]);
  }

  protected tool(listed: Listed<number>): BatchTool {
    return {
      name: this.name,
      jobsInside: true,
      quietMs: 60_000,
      most: 1000,
      prepare: async ({ tests, jobs }) => {
        const ids = new Map<number, TestId>();
        for (const id of tests) {
          const number = listed.get(id);
          if (number !== undefined) ids.set(number, id);
        }
        if (ids.size === 0) return { kind: 'failed', outcome: GONE };
        const numbers = [...ids.keys()].join(',');
        const argv = this.#argv(['-V', '-j', `${jobs}`, '-I', `0,0,0,${numbers}`]);
        return { kind: 'run', argv, cwd: this.suite.dir, line: reader(ids) };
      },
    };
  }
}

const GONE: TestOutcome = { kind: 'fail', failure: 'missing', detail: 'ctest knows no such test' };

function parsed(text: string): Shown | undefined {
  try {
    const value = JSON.parse(text) as Partial<Shown>;
    return Array.isArray(value.tests) ? (value as Shown) : undefined;
  } catch {
    return undefined;
  }
}

/** What ctest says of a test before it starts, in the form of the test's own output. */
const PREAMBLE =
  /^(?:Test command: |Working Directory: |Test timeout computed to be: |Environment variables: $)/;

/** What a test prints carries its number in front, and so can't pass for ctest's own lines. */
function reader(ids: ReadonlyMap<number, TestId>) {
  const last = new Map<number, string>();
  const idOf = (number: string): TestId => ids.get(Number(number)) ?? `\0${number}`;
  return (text: string, tell: (event: ToolEvent) => void): void => {
    const output = /^(\d+): (.*)$/.exec(text);
    const start = /^ +Start +(\d+): /.exec(text);
    if (output !== null) {
      const [, number, line] = output;
      if (line!.trim() !== '' && !PREAMBLE.test(line!)) last.set(Number(number), line!);
      tell({ kind: 'output', id: idOf(number!), text: `${line}\n` });
    } else if (start !== null) tell({ kind: 'start', id: idOf(start[1]!) });
    else readEnd(text);

    function readEnd(line: string): void {
      const end = END.exec(line);
      if (end === null) return;
      const [, number, mark, status, seconds] = end;
      const outcome = outcomeOf(mark === '***' ? status!.trim() : 'Passed', last.get(Number(number)));
      const wallMs = seconds === undefined ? {} : { wallMs: Number(seconds) * 1000 };
      tell({ kind: 'end', id: idOf(number!), outcome, ...wallMs });
    }
  };
}

const END = /^ *\d+\/\d+ Test +#(\d+): .* \.{3,}(\*{3}| {3})([A-Z].*?)(?: +([\d.]+) sec)?\s*$/;

/** `said`: the last line that the test printed. */
function outcomeOf(status: string, said: string | undefined): TestOutcome {
  if (status === 'Passed') return { kind: 'pass' };
  if (status.startsWith('Skipped')) return { kind: 'skip', reason: said ?? 'it says so' };
  if (status.startsWith('Not Run (Disabled)')) return { kind: 'skip', reason: 'disabled' };
  const failure = status.startsWith('Exception') ? 'crash' : status === 'Timeout' ? 'timeout' : 'exit';
  const detail = failure === 'exit' && said !== undefined ? `${status}: ${said}` : status;
  return { kind: 'fail', failure, detail };
}
