// LLVM's lit. Its default form names results without any output of tests, and its JSON file holds the rest: nothing that a test
// prints can pass for a result. Each process runs one test at a time; several work beside each other.

import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { TestOutcome } from '@swarm/core';
import { readSeen } from '@swarm/host';
import type { FoundSuite, Tool } from '../tool.js';
import type { Batch, BatchRun, BatchTool, ToolEvent } from './batch-tool.js';
import { Listed } from './listed.js';
import { ListedTool } from './listed-tool.js';
import { lastLine } from './output-text.js';
import { idPath, projectFiles, suiteFiles } from './project-files.js';
import { askTool, cantList, commandLine } from './tool-command.js';

export const LIT: Tool = {
  tool: 'lit',
  async find(root) {
    const configs = await suiteFiles(
      root,
      ['**/lit.cfg', '**/lit.cfg.py', '**/lit.site.cfg', '**/lit.site.cfg.py'],
      5,
    );
    const found = new Map<string, string>();
    for (const file of configs) if (!found.has(dirname(file))) found.set(dirname(file), file);
    return [...found].map(([dir, because]): FoundSuite => ({ dir: join(root, dir), because }));
  },
  open: (suite) => new Lit(suite),
};

/** A test as lit knows it. */
interface LitTest {
  /** `suite :: path`, as in its results. */
  readonly name: string;
  readonly path: string;
}

class Lit extends ListedTool<LitTest> {
  #program: Promise<string> | undefined;

  protected async askForTests(signal?: AbortSignal): Promise<Listed<LitTest>> {
    const { dir: cwd, root } = this.suite;
    const argv = await this.#argv(['--show-suites', '--show-tests', '.']);
    const answer = await askTool({ argv, cwd, ...(signal && { signal }) });
    if (answer.exit.kind !== 'exited' || answer.exit.code !== 0)
      throw cantList(this.name, answer, `run lit --show-tests in ${cwd} to see why`);
    const { roots, names } = readList(answer.stdout);
    const listed = new Listed<LitTest>();
    for (const name of names) {
      const [suite, path] = cutName(name);
      const source = roots.get(suite);
      if (source === undefined) continue;
      const full = join(source, path);
      listed.add(idPath(root, full), { name, path: full });
    }
    return listed;
  }

  async #argv(args: readonly string[]): Promise<string[]> {
    this.#program ??= this.suite.command === undefined ? usualProgram() : Promise.resolve(this.suite.command);
    return commandLine(await this.#program, [...this.suite.args, ...args]);
  }

  protected tool(listed: Listed<LitTest>): BatchTool {
    return {
      name: this.name,
      jobsInside: false,
      quietMs: 0,
      most: 200,
      prepare: (batch) => this.#prepare(batch, listed),
    };
  }

  async #prepare({ tests, folder }: Batch, listed: Listed<LitTest>): Promise<BatchRun> {
    const known = tests.map((id) => ({
      id,
      ...(listed.get(id) ?? { name: id, path: join(this.suite.root, id) }),
    }));
    const ids = new Map(known.map(({ name, id }) => [name, id]));
    const json = join(folder, 'results.json');
    // In the order of names the first test without a result is the one that runs.
    const argv = await this.#argv(['-j1', '--order=lexical', '-o', json, ...known.map(({ path }) => path)]);
    const tell = (of: (event: ToolEvent) => void) => (name: string, result: LitResult) => {
      const id = ids.get(name);
      if (id !== undefined) of({ kind: 'end', id, ...result });
    };
    return {
      kind: 'run',
      argv,
      cwd: this.suite.dir,
      line(text, of) {
        const found = /^([A-Z]+): (.* :: .*) \(\d+ of \d+\)$/.exec(text);
        if (text.startsWith('-- Testing: ')) of({ kind: 'ready' });
        else if (found !== null) tell(of)(found[2]!, resultOf({ code: found[1]! }));
      },
      async end(of) {
        for (const test of await readResults(json)) tell(of)(test.name, resultOf(test));
      },
    };
  }
}

/** `lit` or `llvm-lit`, else the script where Debian puts it. */
const usualProgram = async (): Promise<string> => {
  const places = (process.env.PATH ?? '').split(':');
  for (const name of ['lit', 'llvm-lit'])
    for (const place of places) if (await isThere(join(place, name))) return name;
  const scripts = await projectFiles('/usr/lib', ['llvm-*/build/utils/lit/lit.py'], 5);
  const newest = scripts.sort((a, b) => Number.parseInt(b.slice(5), 10) - Number.parseInt(a.slice(5), 10))[0];
  return newest === undefined ? 'lit' : `python3 /usr/lib/${newest}`;
};

const isThere = (path: string): Promise<boolean> =>
  readFile(path).then(
    () => true,
    () => false,
  );

const cutName = (name: string): [string, string] => {
  const cut = name.indexOf(' :: ');
  return [name.slice(0, cut), name.slice(cut + 4)];
};

/** Where each suite's sources are, and the names of all tests. */
function readList(text: string): { roots: Map<string, string>; names: string[] } {
  const roots = new Map<string, string>();
  const names: string[] = [];
  let suite = '';
  for (const line of text.split('\n')) {
    const head = /^ {2}(.*) - \d+ tests?$/.exec(line);
    const source = /^ {4}Source Root: (.*)$/.exec(line);
    if (head !== null) suite = head[1]!;
    else if (source !== null) roots.set(suite, source[1]!);
    else if (line.startsWith('  ') && line.includes(' :: ')) names.push(line.slice(2));
  }
  return { roots, names };
}

/** A test in lit's JSON. */
interface Reported {
  readonly code: string;
  readonly name: string;
  readonly output?: string;
  readonly elapsed?: number | null;
}

type LitResult = Omit<Extract<ToolEvent, { kind: 'end' }>, 'kind' | 'id'>;

async function readResults(json: string): Promise<readonly Reported[]> {
  try {
    return (JSON.parse(await readSeen(json)) as { readonly tests: readonly Reported[] }).tests;
  } catch {
    return []; // lit was ended before it wrote them; what it said along the way stands.
  }
}

function resultOf({ code, output = '', elapsed }: Omit<Reported, 'name'>): LitResult {
  const said = lastLine(output.replace(/\n--\s*$/, '').replace(/\s+\*+\s*$/, ''));
  return {
    outcome: outcomeOf(code, said),
    output,
    ...(typeof elapsed === 'number' ? { wallMs: elapsed * 1000 } : {}),
    ...(code === 'FLAKYPASS' ? { earlier: [{ kind: 'fail', failure: 'exit', detail: 'FAIL' }] } : {}),
  };
}

function outcomeOf(code: string, said: string): TestOutcome {
  switch (code) {
    case 'PASS':
    case 'FLAKYPASS':
      return { kind: 'pass' };
    case 'XFAIL':
      return { kind: 'expected-fail', detail: said || code };
    case 'XPASS':
      return { kind: 'unexpected-pass' };
    case 'UNSUPPORTED':
    case 'SKIPPED':
    case 'EXCLUDED':
      return { kind: 'skip', reason: said || code.toLowerCase() };
    case 'TIMEOUT':
      return { kind: 'fail', failure: 'timeout', detail: said || 'by its own time limit' };
    default:
      return { kind: 'fail', failure: 'exit', detail: said || code };
  }
}
