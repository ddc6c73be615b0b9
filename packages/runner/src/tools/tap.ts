// Programs that print TAP, such as Perl's tests in t/: each file is a test, run by what its first line names, as `prove` does.
// We decide on the end of the program, not on the end of its output.

import { access, constants, open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type TestId, testCase } from '@swarm/core';
import type { Suite } from '../suite.js';
import type { FoundSuite, Tool, ToolSuite } from '../tool.js';
import type { BatchRun } from './batch-tool.js';
import { runBatches } from './batches.js';
import { lastLine, textOfFile } from './output-text.js';
import { idPath, projectFiles, suiteFiles } from './project-files.js';
import { TapReader } from './tap-reader.js';
import { commandLine } from './tool-command.js';

export const TAP: Tool = {
  tool: 'tap',
  async find(root) {
    const folders = new Set((await suiteFiles(root, ['**/t/*.t'], 4)).map((file) => dirname(file)));
    return [...folders].map((t): FoundSuite => ({ dir: join(root, dirname(t)), because: `${t}/*.t` }));
  },
  open: (suite) => new TapSuite(suite),
};

class TapSuite implements Suite {
  readonly name: string;

  constructor(private readonly suite: ToolSuite) {
    this.name = suite.name;
  }

  /** `args` are globs, relative to its folder. */
  async list() {
    const { dir, root, args } = this.suite;
    const files = await projectFiles(dir, args.length > 0 ? args : ['t/**/*.t']);
    return files.map((file) => testCase(idPath(root, join(dir, file))));
  }

  async run(tests: readonly TestId[], how: Parameters<Suite['run']>[1]): Promise<void> {
    const tool = {
      name: this.name,
      jobsInside: false,
      quietMs: 0,
      most: 1,
      prepare: ({ tests: [id] }: { tests: readonly TestId[] }) => this.#prepare(id!),
    };
    await runBatches(tool, tests, how);
  }

  async #prepare(id: TestId): Promise<BatchRun> {
    const { dir, root, command } = this.suite;
    const file = join(root, id);
    const tap = new TapReader();
    return {
      kind: 'run',
      single: true,
      argv: command === undefined ? await usualCommand(dir, file) : commandLine(command, [file]),
      cwd: dir,
      line(text, tell) {
        tap.line(text);
        tell({ kind: 'output', id, text: `${text}\n` });
      },
      async end(tell, { exit, stderrFile }) {
        const errors = await textOfFile(stderrFile);
        tell({ kind: 'end', id, outcome: tap.outcome(exit, lastLine(errors)), output: errors });
      },
    };
  }
}

/** What the first line names; Perl where it names nothing. */
async function usualCommand(dir: string, file: string): Promise<string[]> {
  const first = await firstLine(file);
  const words = first.startsWith('#!') ? first.slice(2).trim().split(/\s+/) : [];
  const perl = words.findIndex((word) => /(?:^|\/)perl[\d.]*$/.test(word));
  if (words.length > 0 && perl < 0) return (await isExecutable(file)) ? [file] : [...words, file];
  const options = words.slice(perl + 1).filter((word) => word.startsWith('-'));
  const folders = ['lib', 'blib/lib', 'blib/arch'].map((folder) => join(dir, folder));
  const present = await Promise.all(folders.map((folder) => isThere(folder)));
  return ['perl', ...options, ...folders.filter((_, i) => present[i]).map((folder) => `-I${folder}`), file];
}

async function firstLine(file: string): Promise<string> {
  const handle = await open(file).catch(() => undefined);
  if (handle === undefined) return '';
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(512), 0, 512, 0);
    return buffer.toString('utf8', 0, bytesRead).split('\n', 1)[0]!;
  } finally {
    await handle.close();
  }
}

const allows = (path: string, mode: number): Promise<boolean> =>
  access(path, mode).then(
    () => true,
    () => false,
  );
const isThere = (path: string): Promise<boolean> => allows(path, constants.F_OK);
const isExecutable = (path: string): Promise<boolean> => allows(path, constants.X_OK);
