// Node's own test runner. Each file is a test: only running it tells what is inside. Its TAP goes to a file of ours, so that
// nothing that a test prints gets into it.

import { join } from 'node:path';
import { type TestId, testCase } from '@swarm/core';
import { readSeen } from '@swarm/host';
import type { Suite } from '../suite.js';
import type { FoundSuite, Tool, ToolSuite } from '../tool.js';
import type { Batch, BatchRun } from './batch-tool.js';
import { runBatches } from './batches.js';
import { findPackages, scriptsOf } from './node-packages.js';
import { lastLine, textOfFile } from './output-text.js';
import { idPath, projectFiles } from './project-files.js';
import { TapReader } from './tap-reader.js';
import { commandLine } from './tool-command.js';

const SCRIPT = /(?:^|[\s;&|])node\s(?:[^;&|]*\s)?--test(?:\s|$)/;
const EXTENSIONS = '{js,mjs,cjs}';
/** Where Node looks when it is told nothing. */
const USUAL = [
  `**/test.${EXTENSIONS}`,
  `**/test-*.${EXTENSIONS}`,
  `**/*[._-]test.${EXTENSIONS}`,
  `**/test/**/*.${EXTENSIONS}`,
];

export const NODE_TEST: Tool = {
  tool: 'node',
  async find(root) {
    const found: FoundSuite[] = [];
    for (const { dir, file, scripts } of await findPackages(root)) {
      const script = scripts.find(([, command]) => SCRIPT.test(command));
      if (script !== undefined) found.push({ dir: join(root, dir), because: `${file}, script ${script[0]}` });
    }
    return found;
  },
  open: (suite) => new NodeSuite(suite),
};

/** How files are found and run. */
interface Settings {
  readonly flags: readonly string[];
  readonly globs: readonly string[];
}

class NodeSuite implements Suite {
  readonly name: string;
  #settings: Promise<Settings> | undefined;

  constructor(private readonly suite: ToolSuite) {
    this.name = suite.name;
  }

  async list() {
    const { dir, root } = this.suite;
    const { globs } = await this.#read();
    return (await projectFiles(dir, globs)).map((file) => testCase(idPath(root, join(dir, file))));
  }

  async run(tests: readonly TestId[], how: Parameters<Suite['run']>[1]): Promise<void> {
    const { flags } = await this.#read();
    const tool = {
      name: this.name,
      jobsInside: false,
      quietMs: 0,
      most: 1,
      prepare: async (batch: Batch) => this.#prepare(batch, flags),
    };
    await runBatches(tool, tests, how);
  }

  /** From `args`, or else from the package's own script. */
  #read(): Promise<Settings> {
    this.#settings ??= readSettings(this.suite);
    return this.#settings;
  }

  #prepare({ tests, folder }: Batch, flags: readonly string[]): BatchRun {
    const id = tests[0]!;
    const { dir, root, command = 'node' } = this.suite;
    const events = join(folder, 'tap');
    const own = ['--test-reporter=tap', `--test-reporter-destination=${events}`];
    const tap = new TapReader();
    return {
      kind: 'run',
      single: true,
      argv: commandLine(command, [...flags, ...own, join(root, id)]),
      cwd: dir,
      eventsFile: events,
      line: (text, tell) => {
        tap.line(text);
        tell({ kind: 'output', id, text: `${text}\n` });
      },
      async end(tell, { exit, stdoutFile, stderrFile }) {
        const [out, errors] = [await textOfFile(stdoutFile), await textOfFile(stderrFile)];
        tell({ kind: 'end', id, outcome: tap.outcome(exit, errorLine(errors)), output: out + errors });
      },
    };
  }
}

/** What was thrown: the last line only says which Node it was. */
const errorLine = (errors: string): string => /^\w*Error\b.*$/m.exec(errors)?.[0] ?? lastLine(errors);

async function readSettings({ dir, args }: ToolSuite): Promise<Settings> {
  const words = args.length > 0 ? args : await scriptWords(dir);
  const flags: string[] = [];
  const globs: string[] = [];
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!;
    if (/^--test(?:-|$)/.test(word)) continue;
    if (!word.startsWith('-'))
      globs.push(/[*?[{]|\.[cm]?[jt]s$/.test(word) ? word : `${word.replace(/\/$/, '')}/**/*.${EXTENSIONS}`);
    else if (/^(?:-r|--import|--require|--loader|--experimental-loader|-C|--conditions)$/.test(word))
      flags.push(word, words[++i] ?? '');
    else flags.push(word);
  }
  return { flags, globs: globs.length > 0 ? globs : USUAL };
}

/** What stands after `node` in the script that runs the tests. */
async function scriptWords(dir: string): Promise<string[]> {
  const text = await readSeen(join(dir, 'package.json')).catch(() => '{}');
  const script = scriptsOf(text).find(([, command]) => SCRIPT.test(command))?.[1] ?? '';
  const found = /(?:^|[\s;&|])node\s([^;&|]*)/.exec(script)?.[1] ?? '';
  return found.split(/\s+/).flatMap((word) => word.replace(/^(['"])(.*)\1$/, '$2') || []);
}
