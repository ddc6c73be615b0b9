// A plan from a compilation database (`compile_commands.json`): units without recorded objects and without steps, for
// builds that can't be run through the shim. A link command given by the user joins them.

import { readFileSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { SwarmError } from '@swarm/core';
import { type CompilerFacts, compilerFacts, objectName, type SourceInput } from '../command/facts.js';
import { expandResponses } from '../command/response.js';
import { unitArguments } from '../command/rewrite.js';
import { shellWords } from '../command/shell-words.js';
import type { BuildPlan, CompileUnit, Excluded } from '../plan.js';
import { isConfigureProbe } from './configure-probe.js';
import { chooseRoot, relativeTo } from './root.js';

export interface DatabaseOptions {
  /** The tree's root, when it is known; else chosen from what the database names. */
  readonly root?: string | undefined;
}

/** One entry, checked, with its arguments split and its paths made absolute. */
interface Entry {
  readonly directory: string;
  readonly file: string;
  readonly facts: CompilerFacts;
  readonly input: SourceInput;
  readonly object: string;
}

const bad = (file: string, problem: string): SwarmError =>
  new SwarmError(`${file}: ${problem}`, {
    code: 'bad-compile-commands',
    exit: 2,
    hint: 'Give a compilation database as CMake (CMAKE_EXPORT_COMPILE_COMMANDS=ON), meson or bear write it.',
  });

function parseDatabase(file: string): readonly unknown[] {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw bad(file, `can't be read (${(cause as NodeJS.ErrnoException).code ?? 'error'})`);
  }
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (cause) {
    throw bad(file, `not JSON: ${(cause as Error).message}`);
  }
  if (!Array.isArray(parsed)) throw bad(file, 'not a list of entries');
  return parsed;
}

/** The words of an entry's command, or what is wrong with it. */
function wordsOf(entry: Record<string, unknown>): readonly string[] | string {
  const { arguments: list, command } = entry;
  if (Array.isArray(list)) {
    if (list.length > 0 && list.every((word) => typeof word === 'string')) return list;
    return '`arguments` is not a list of words';
  }
  if (typeof command !== 'string') return 'has neither `arguments` nor `command`';
  return shellWords(command) ?? '`command` has an open quote';
}

/** Without the compiler's name, and the launchers before it. */
function withoutCompiler(words: readonly string[]): readonly string[] {
  const launched = /(^|\/)(ccache|distcc|sccache|icecc)$/.test(words[0] ?? '');
  return words.slice(launched && !words[1]?.startsWith('-') ? 2 : 1);
}

function checkEntry(entry: unknown, index: number, file: string): Entry {
  const wrong = (problem: string) => bad(file, `entry ${index}: ${problem}`);
  if (typeof entry !== 'object' || entry === null) throw wrong('not an object');
  const fields = entry as Record<string, unknown>;
  if (typeof fields.directory !== 'string') throw wrong('has no `directory`');
  if (typeof fields.file !== 'string') throw wrong('has no `file`');
  const words = wordsOf(fields);
  if (typeof words === 'string') throw wrong(words);
  const directory = resolve(dirname(file), fields.directory);
  const source = resolve(directory, fields.file);
  const driver = /(\+\+|cxx)(-[\d.]+)?$/.test(words[0] ?? '') ? 'c++' : 'c';
  const facts = compilerFacts(expandResponses(withoutCompiler(words), directory), driver);
  const input = facts.inputs.find((each) => resolve(directory, each.text) === source);
  if (input === undefined) throw wrong(`its command does not compile ${fields.file}`);
  const output =
    typeof fields.output === 'string' ? fields.output : (facts.output ?? objectName(fields.file));
  return { directory, file: source, facts, input, object: resolve(directory, output) };
}

function reasonAgainst(entry: Entry): Excluded['reason'] | undefined {
  if ([entry.directory, entry.file, entry.object].some(isConfigureProbe)) return 'configure';
  const { language } = entry.input;
  if (language === 'c') return undefined;
  return language === 'object' ? 'other-language' : language;
}

/** Units of one database; the last of several entries for one object counts, as when a build made it again. */
function unitsOf(entries: readonly Entry[], root: string): CompileUnit[] {
  const byObject = new Map(entries.map((entry) => [entry.object, entry]));
  const distinct = [...byObject.values()];
  const count = new Map<string, number>();
  for (const { file } of distinct) count.set(file, (count.get(file) ?? 0) + 1);
  return distinct.map((entry) => {
    const source = relativeTo(root, entry.file);
    const several = (count.get(entry.file) ?? 0) > 1;
    return {
      id: several ? `${source}@${relativeTo(root, entry.object)}` : source,
      source: entry.file,
      cwd: entry.directory,
      arguments: unitArguments(entry.facts, entry.input),
      object: entry.object,
      sourceBytes: statSync(entry.file, { throwIfNoEntry: false })?.size ?? 0,
    };
  });
}

/**
 * The units of a compilation database. Throws `bad-compile-commands` (exit 2) with the entry's index, and
 * `nothing-compiled` (exit 4) when it names no C source.
 */
export function planFromDatabase(file: string, options: DatabaseOptions = {}): BuildPlan {
  const path = resolve(file);
  const entries = parseDatabase(path).map((entry, index) => checkEntry(entry, index, path));
  const good = entries.filter((entry) => reasonAgainst(entry) === undefined);
  if (good.length === 0)
    throw new SwarmError(`${path}: names no C source`, {
      code: 'nothing-compiled',
      exit: 4,
      hint: 'Give the database of a build that compiles C.',
    });
  const touched = good.flatMap((entry) => [entry.directory, entry.object, entry.file]);
  const root = options.root ?? chooseRoot(dirname(path), touched);
  const excluded = entries.flatMap((entry): Excluded[] => {
    const reason = reasonAgainst(entry);
    return reason === undefined ? [] : [{ source: relativeTo(root, entry.file), reason }];
  });
  return {
    root,
    units: unitsOf(good, root),
    excluded,
    fixedObjects: [],
    steps: [],
    products: [],
    commands: [],
    notes: [],
    oracleCompiles: 0,
  };
}
