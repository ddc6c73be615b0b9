// The suites of a project: those that its config names, or, without one, the usual ones that its files tell of.

import { basename, relative, resolve } from 'node:path';
import { EXIT, SwarmError } from '@swarm/core';
import { nearestName, type SuiteConfig } from '@swarm/host';
import type { Suite } from '../suite.js';
import type { FoundSuite, Tool } from '../tool.js';
import { TOOLS } from '../tools/index.js';
import { fileSuite, programSuite } from './file-suite.js';
import { listedSuite } from './listed-suite.js';
import { scriptSuite } from './script-suite.js';

/** Where a suite comes from that nobody had to look for. */
export const THE_CONFIG = 'the config';

/** A suite, and where we have it from: the config, or the file that tells of it. */
export interface OpenedSuite {
  readonly suite: Suite;
  readonly because: string;
}

/** Open the suites that a config names; `root` is the config's folder. Throws `unknown-tool` (exit 2). */
export function openSuites(configs: readonly SuiteConfig[], root: string): Promise<OpenedSuite[]> {
  const names = new Set<string>();
  return Promise.all(
    configs.map(async (config) => {
      const name = uniqueName(config.name ?? config.tool ?? wordOf(config), names);
      return { suite: await openSuite(config, name, root), because: THE_CONFIG };
    }),
  );
}

/** Look for the usual suites below a folder; none is run to know. */
export async function findSuites(root: string): Promise<OpenedSuite[]> {
  const names = new Set<string>();
  const found: OpenedSuite[] = [];
  const tools = await Promise.all([...TOOLS.values()].map((load) => load()));
  const open = (tool: Tool, { dir, because }: FoundSuite) => {
    const name = uniqueName(tool.tool, names);
    found.push({ suite: tool.open({ name, dir, root, args: [] }), because });
  };
  for (const tool of tools) for (const suite of await tool.find(root)) open(tool, suite);
  if (found.length > 0) return found;
  for (const tool of tools) {
    const guess = await tool.guess?.(root);
    if (guess !== undefined) open(tool, guess);
  }
  if (found.length > 0) return found;
  const scripts = await scriptSuite(root);
  return scripts === undefined ? [] : [scripts];
}

/** Why no suite was found below a folder, where a file of the project tells; else how to name one. */
export async function suiteAdvice(root: string): Promise<string> {
  for (const load of TOOLS.values()) {
    const advice = await (await load()).advice?.(root);
    if (advice !== undefined) return advice;
  }
  return 'name the suites under `tests:` in swarm.config.yaml (docs/sample-test.md)';
}

async function openSuite(config: SuiteConfig, name: string, root: string): Promise<Suite> {
  const { glob, list, programs, tool, run, compile, exclude = [], leaks = 'fail', env = {} } = config;
  const dir = resolve(root, config.dir ?? '.');
  const own = {
    ...{ name, root, dir, leaks, env },
    ...(config.variant === undefined ? {} : { variant: config.variant }),
    ...(config.timeLimit === undefined ? {} : { timeLimitMs: config.timeLimit * 1000 }),
  };
  if (glob !== undefined) return fileSuite({ ...own, glob, exclude, run: run! });
  if (list !== undefined) return listedSuite({ ...own, list, run: run! });
  if (programs !== undefined)
    return programSuite({
      ...own,
      programs,
      exclude,
      compile: compile!,
      ...(run === undefined ? {} : { run }),
    });
  const { command, args = '' } = config;
  return (await loadTool(tool!)).open({
    ...{ name, dir, root, args: wordsOf(args) },
    ...(command === undefined ? {} : { command }),
  });
}

/** Words as a shell splits them, with quotes around whole words or parts of them. */
const wordsOf = (text: string): string[] =>
  (text.match(/(?:"[^"]*"|'[^']*'|[^\s"'])+/g) ?? []).map((word) =>
    word.replace(/"([^"]*)"|'([^']*)'/g, '$1$2'),
  );

async function loadTool(name: string): Promise<Tool> {
  const load = TOOLS.get(name);
  if (load !== undefined) return load();
  const near = nearestName(name, [...TOOLS.keys()]);
  throw new SwarmError(`tests: no tool is called \`${name}\``, {
    code: 'unknown-tool',
    exit: EXIT.usage,
    hint: near === undefined ? `known are ${[...TOOLS.keys()].join(', ')}` : `did you mean \`${near}\`?`,
  });
}

/** A word for a suite that nobody named: the folder of what it globs, or the program that it runs. */
function wordOf({ glob, programs, list }: SuiteConfig): string {
  const pattern = (glob ?? programs)?.[0];
  if (pattern === undefined) return basename(list!.trim().split(/\s+/)[0]!) || 'listed';
  const folder = relative('.', pattern.replace(/\/?[^/]*[*?{[].*$/, ''));
  return basename(folder) || 'files';
}

function uniqueName(wanted: string, taken: Set<string>): string {
  let name = wanted;
  for (let i = 2; taken.has(name); i++) name = `${wanted}-${i}`;
  taken.add(name);
  return name;
}
