// pytest. A plugin of ours tells tests as pytest itself knows them, in a file that no test's output gets into, and picks the
// tests of a batch by their node ids: no name has to survive a command line. A file that can't be imported is a test that fails.

import { writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TestId, TestOutcome } from '@swarm/core';
import { readSeen } from '@swarm/host';
import type { FoundSuite, Tool } from '../tool.js';
import type { Batch, BatchRun, BatchTool, ToolEvent } from './batch-tool.js';
import { Listed } from './listed.js';
import { ListedTool } from './listed-tool.js';
import { idPath, suiteFiles } from './project-files.js';
import { withTempFolder } from './temp-folder.js';
import { askTool, cantList, commandLine } from './tool-command.js';

const PLUGINS = join(dirname(dirname(dirname(fileURLToPath(import.meta.url)))), 'programs');

export const PYTEST: Tool = {
  tool: 'pytest',
  async find(root) {
    const found = new Map<string, string>();
    const note = (dir: string, because: string) => {
      if (!found.has(dir)) found.set(dir, because);
    };
    const files = ['pytest.ini', 'pyproject.toml', 'setup.cfg', 'tox.ini', 'conftest.py'];
    for (const file of await suiteFiles(
      root,
      files.map((name) => `**/${name}`),
      3,
    )) {
      const dir = dirname(file);
      const text =
        file.endsWith('pytest.ini') || file.endsWith('conftest.py') ? '' : await readSeen(join(root, file));
      if (text !== '' && !/^\[(?:tool\.|tool:)?pytest(?:\.ini_options)?\]/m.test(text)) continue;
      note(dir, file);
    }
    // A conftest.py further down belongs to the suite above it.
    return [...found]
      .filter(
        ([dir, because]) =>
          !(because.endsWith('conftest.py') && [...found.keys()].some((other) => isBelow(dir, other))),
      )
      .map(([dir, because]): FoundSuite => ({ dir: join(root, dir), because }));
  },
  async guess(root) {
    for (const file of await suiteFiles(root, ['**/test_*.py', '**/*_test.py'], 4)) {
      const text = await readSeen(join(root, file)).catch(() => '');
      if (/^(?:\s*(?:async )?def test|class Test|import pytest|from pytest )/m.test(text))
        return { dir: root, because: file };
    }
    return undefined;
  },
  open: (suite) => new Pytest(suite),
};

const isBelow = (dir: string, other: string): boolean =>
  dir !== other && (other === '.' || dir.startsWith(`${other}/`));

/** A line of the plugin. */
interface Told {
  readonly kind: 'root' | 'test' | 'broken' | 'left-out' | 'start' | 'end';
  readonly path?: string;
  readonly id: string;
  readonly outcome?: 'pass' | 'fail' | 'skip' | 'expected-fail' | 'unexpected-pass';
  readonly detail: string;
  readonly output?: string;
  readonly seconds?: number;
}

class Pytest extends ListedTool<string> {
  /** pytest's own root, which its node ids are relative to. */
  #base = this.suite.dir;

  protected askForTests(signal?: AbortSignal): Promise<Listed<string>> {
    return withTempFolder(async (folder) => {
      const events = join(folder, 'events');
      const argv = this.#argv(['--collect-only', '-q', '--continue-on-collection-errors']);
      const answer = await askTool({
        argv,
        cwd: this.suite.dir,
        env: environment(events),
        ...(signal && { signal }),
      });
      const told = (await readSeen(events).catch(() => '')).split('\n').filter((line) => line !== '');
      const listed = new Listed<string>();
      for (const line of told) {
        const { kind, id, path } = JSON.parse(line) as Told;
        if (kind === 'root') this.#base = path ?? this.#base;
        else if (kind === 'test' || kind === 'broken') listed.add(this.#idOf(id), id);
      }
      // 0: all collected, 2 and 1: some files could not be, 5: there are none.
      if (answer.exit.kind === 'exited' && [0, 1, 2, 5].includes(answer.exit.code) && told.length > 0)
        return listed;
      throw cantList(this.name, answer, `run pytest --collect-only in ${this.suite.dir} to see why`);
    });
  }

  #idOf(node: string): TestId {
    const path = node.split('::', 1)[0]!;
    return idPath(this.suite.root, resolve(this.#base, path)) + node.slice(path.length);
  }

  #argv(args: readonly string[]): string[] {
    const own = ['-p', 'swarm_pytest', '-p', 'no:cacheprovider'];
    return commandLine(this.suite.command ?? 'pytest', [...this.suite.args, ...own, ...args]);
  }

  protected tool(listed: Listed<string>): BatchTool {
    return {
      name: this.name,
      groupOf: (id) => id.split('::', 1)[0]!,
      jobsInside: false,
      quietMs: 60_000,
      most: 500,
      prepare: (batch) => this.#prepare(batch, listed),
    };
  }

  async #prepare({ tests, folder }: Batch, listed: Listed<string>): Promise<BatchRun> {
    const ids = new Map(tests.map((id) => [listed.get(id) ?? this.#nodeOf(id), id]));
    const nodes = [...ids.keys()];
    const wanted = join(folder, 'tests.json');
    const events = join(folder, 'events');
    await writeFile(wanted, JSON.stringify(nodes));
    const files = new Set(nodes.map((node) => resolve(this.#base, node.split('::', 1)[0]!)));
    return {
      kind: 'run',
      argv: this.#argv(['-q', '--continue-on-collection-errors', ...files]),
      cwd: this.suite.dir,
      env: { ...environment(events), SWARM_PYTEST_TESTS: wanted },
      eventsFile: events,
      line: reader(ids),
    };
  }

  /** The node of a test that wasn't listed. */
  #nodeOf(id: TestId): string {
    const path = id.split('::', 1)[0]!;
    return idPath(this.#base, join(this.suite.root, path)) + id.slice(path.length);
  }
}

const environment = (events: string): Record<string, string> => ({
  SWARM_PYTEST_EVENTS: events,
  PYTHONPATH: [PLUGINS, process.env.PYTHONPATH].filter(Boolean).join(':'),
});

function reader(ids: ReadonlyMap<string, TestId>) {
  return (text: string, tell: (event: ToolEvent) => void): void => {
    const told = JSON.parse(text) as Told;
    const id = ids.get(told.id);
    if (told.kind === 'broken' || told.kind === 'left-out') {
      const outcome: TestOutcome =
        told.kind === 'broken'
          ? { kind: 'fail', failure: 'compile', detail: told.detail }
          : { kind: 'skip', reason: told.detail };
      const output = told.output ?? '';
      for (const [node, of] of ids)
        if (node === told.id || node.startsWith(`${told.id}::`))
          tell({ kind: 'end', id: of, outcome, output });
    } else if (id !== undefined && told.kind === 'start') tell({ kind: 'start', id });
    else if (id !== undefined && told.kind === 'end')
      tell({
        kind: 'end',
        id,
        outcome: outcomeOf(told),
        wallMs: (told.seconds ?? 0) * 1000,
        output: told.output ?? '',
      });
  };
}

function outcomeOf({ outcome, detail }: Told): TestOutcome {
  switch (outcome) {
    case 'fail':
      return { kind: 'fail', failure: 'exit', detail };
    case 'skip':
      return { kind: 'skip', reason: detail };
    case 'expected-fail':
      return { kind: 'expected-fail', detail };
    case 'unexpected-pass':
      return { kind: 'unexpected-pass' };
    default:
      return { kind: 'pass' };
  }
}
