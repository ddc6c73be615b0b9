// The rules of a tree: its config, its declared lists, and what a change to it may not touch by itself. They are read from the
// tree, never from the working tree, so that a change can't bring its own.

import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import {
  DECLARED_LISTS,
  type Declared,
  declaredFile,
  EXIT,
  OWN_PROTECTION,
  type Protection,
  readDeclarations,
  SwarmError,
  VERIFIER_PATTERNS,
} from '@swarm/core';
import { createTempDir, loadConfig, type SuiteConfig, type SwarmConfig } from '@swarm/host';
import type { TreeReader } from '@swarm/tasks';

export interface Rules {
  readonly config: SwarmConfig;
  readonly declared: Declared;
  readonly protections: readonly Protection[];
  /** Words of the commands that prepare and test, each once. */
  readonly words: readonly string[];
}

const CONFIG = /^swarm\.config\.(yaml|yml|json|ts)$/;
const USUAL_TESTS = ['tests/**', 'test/**'];
const TOOL_TESTS = ['**/*.test.*', '**/*.spec.*', '**/test_*.py', '**/*_test.*'];

/**
 * Throws what `loadConfig` throws. Lines of the lists that say nothing excuse nothing; `isNew`: they are about to become the
 * rules, so they must be right: throws `bad-declarations` (exit 2) with all problems.
 */
export async function rulesOf(trees: TreeReader, tree: string, isNew = false): Promise<Rules> {
  const files = await trees.files(tree);
  const config = await configIn(trees, tree, files);
  const words = wordsOf(config);
  const there = new Set(files);
  const programs = words.map((word) => word.replace(/^\.\//, '')).filter((word) => there.has(word));
  return {
    config,
    declared: await declaredIn(trees, tree, isNew),
    protections: [
      { area: 'tests', patterns: testGlobs(config), mayAdd: true },
      {
        area: 'verifier',
        patterns: [...VERIFIER_PATTERNS, ...programs, ...(config.gate.protect ?? [])],
        mayAdd: false,
      },
      ...OWN_PROTECTION,
    ],
    words,
  };
}

async function configIn(trees: TreeReader, tree: string, files: readonly string[]): Promise<SwarmConfig> {
  const folder = await createTempDir();
  try {
    // A repository's root of its own, so that nothing above it is looked at.
    await mkdir(join(folder.path, '.git'));
    for (const file of files.filter((path) => CONFIG.test(path))) {
      const text = (await trees.read(tree, file)) ?? '';
      await mkdir(dirname(join(folder.path, file)), { recursive: true });
      await writeFile(join(folder.path, file), text);
    }
    return (await loadConfig(folder.path)).config;
  } finally {
    await folder.remove();
  }
}

function testGlobs({ gate, tests }: SwarmConfig): string[] {
  if (gate.tests !== undefined) return [...gate.tests];
  const suites = tests.suites ?? [];
  const named = suites.flatMap(({ glob = [], programs = [] }) => [...glob, ...programs]);
  const byTool = suites.length === 0 || suites.some(({ tool }) => tool !== undefined);
  return [...named, ...named.map(expectedOf), ...USUAL_TESTS, ...(byTool ? TOOL_TESTS : [])];
}

/** What the programs that a glob matches should print lies beside them. */
const expectedOf = (glob: string): string => glob.replace(/\.[^./*]+$/, '.{expect,expected}');

function wordsOf({ gate, tests }: SwarmConfig): string[] {
  const commands = (tests.suites ?? []).flatMap(commandsOf);
  if (gate.prepare !== undefined) commands.push(gate.prepare);
  const words = commands.flatMap((command) => command.split(/[\s;&|()<>"'`$=]+/));
  return [...new Set(words.filter((word) => word !== '' && !word.includes('{')))];
}

const commandsOf = ({ run, compile, list, command, tool }: SuiteConfig): string[] =>
  [run, compile, list, command, tool].filter((it) => it !== undefined);

async function declaredIn(trees: TreeReader, tree: string, isNew: boolean): Promise<Declared> {
  const problems: string[] = [];
  const lists = await Promise.all(
    DECLARED_LISTS.map(async (list) => {
      const read = readDeclarations((await trees.read(tree, declaredFile(list))) ?? '');
      for (const { line, reason } of read.problems) problems.push(`${declaredFile(list)}:${line}: ${reason}`);
      return [list, read.declarations] as const;
    }),
  );
  if (problems.length === 0 || !isNew) return Object.fromEntries(lists) as unknown as Declared;
  throw new SwarmError(problems.join('; '), {
    code: 'bad-declarations',
    exit: EXIT.usage,
    hint: 'correct the lists; a line is `TEST until YYYY-MM-DD: REASON`',
  });
}
