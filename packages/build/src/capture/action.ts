// What a record means: the sources that it compiled, and the step that it is for the replay.

import { resolve } from 'node:path';
import { archiveFacts, editFacts, scriptFacts } from '../command/binutils.js';
import {
  type CompilerFacts,
  compilerFacts,
  libraryCandidates,
  linkerFacts,
  objectName,
  possibleFiles,
  type SourceInput,
} from '../command/facts.js';
import type { Language } from '../command/language.js';
import type { ReplayStep } from '../plan.js';
import { type BuildRecord, changedFiles } from './record.js';
import { impliedFlags } from './tools.js';

/** One source compiled by one command. */
export interface SourceCompile {
  readonly record: BuildRecord;
  readonly facts: CompilerFacts;
  readonly input: SourceInput;
  readonly language: Language;
  /** Absolute; for standard input, `-`. */
  readonly source: string;
  /** Where the object went; undefined when the same command linked it. */
  readonly object: string | undefined;
  /** The oracle's object and the source as compiled, where they were kept. */
  readonly keptObject: string | undefined;
  readonly keptSource: string | undefined;
}

interface ArchiveWork {
  readonly operation: string;
  readonly archive: string;
  readonly members: readonly string[];
  readonly thin: boolean;
}

/** A step before it is known who made its inputs. */
export interface StepDraft {
  readonly record: BuildRecord;
  readonly kind: ReplayStep['kind'];
  /** Words that may be files it reads, absolute. */
  readonly reads: readonly string[];
  /** For each -l: files to try, in order; the first that there is counts. */
  readonly libraries: readonly (readonly string[])[];
  /** `fresh`: made from nothing, whatever lay there. */
  readonly writes: readonly { readonly path: string; readonly fresh: boolean }[];
  readonly archive?: ArchiveWork;
}

/** A record, understood. */
export interface Action {
  readonly record: BuildRecord;
  readonly sources: readonly SourceCompile[];
  readonly step: StepDraft | undefined;
}

const keptOf = (record: BuildRecord, role: 'object' | 'source', path: string): string | undefined =>
  record.kept.find((copy) => copy.role === role && copy.path === path)?.kept;

function sourcesOf(record: BuildRecord, facts: CompilerFacts): SourceCompile[] {
  return facts.inputs
    .filter((input) => input.language !== 'object')
    .map((input) => {
      const source = input.text === '-' ? '-' : resolve(record.cwd, input.text);
      const made = facts.output ?? objectName(input.text);
      const object = facts.mode === 'compile' ? resolve(record.cwd, made) : undefined;
      return {
        record,
        facts,
        input,
        language: input.language,
        source,
        object,
        keptObject: object === undefined ? undefined : keptOf(record, 'object', object),
        keptSource: keptOf(record, 'source', source),
      };
    });
}

function compilerAction(record: BuildRecord): Action {
  const driver = record.family === 'c++' ? 'c++' : 'c';
  const argv = record.argv.some((word) => word.startsWith('-std='))
    ? record.argv
    : [...impliedFlags(record.tool), ...record.argv];
  const facts = compilerFacts(argv, driver);
  if (facts.mode === 'ask') return { record, sources: [], step: undefined };
  const sources = sourcesOf(record, facts);
  if (facts.mode === 'compile' || record.status !== 0) return { record, sources, step: undefined };
  const typed = new Set(sources.map((source) => source.input.text));
  const output = resolve(record.cwd, facts.output ?? 'a.out');
  const step: StepDraft = {
    record,
    kind: facts.partial ? 'partial-link' : 'link',
    reads: possibleFiles(facts.tokens)
      .filter((word) => !typed.has(word))
      .map((word) => resolve(record.cwd, word)),
    libraries: libraryCandidates(facts.tokens, record.cwd),
    writes: [{ path: output, fresh: true }],
  };
  return { record, sources, step };
}

function linkerStep(record: BuildRecord): StepDraft {
  const facts = linkerFacts(record.argv);
  return {
    record,
    kind: facts.partial ? 'partial-link' : 'link',
    reads: possibleFiles(facts.tokens).map((word) => resolve(record.cwd, word)),
    libraries: libraryCandidates(facts.tokens, record.cwd),
    writes: [{ path: resolve(record.cwd, facts.output), fresh: true }],
  };
}

/** `script` is what `ar -M` read. */
function archiveStep(record: BuildRecord, script: string): StepDraft | undefined {
  const facts = archiveFacts(record.argv);
  if (facts === undefined || 'tp'.includes(facts.operation)) return undefined;
  const named = facts.operation === 'M' ? scriptFacts(script) : facts;
  if (named.archive === undefined) return undefined;
  const path = resolve(record.cwd, named.archive);
  const adds = 'rqM'.includes(facts.operation);
  const members = named.members.map((member) => (adds ? resolve(record.cwd, member) : member));
  const before = record.files.find((file) => file.path === path)?.before;
  const fresh = facts.operation === 'M' || (adds && (before === undefined || before === '-'));
  const extracts = facts.operation === 'x';
  return {
    record,
    kind: 'archive',
    reads: [...(fresh ? [] : [path]), ...(adds ? members : [])],
    libraries: [],
    writes: extracts ? [] : [{ path, fresh }],
    archive: { operation: facts.operation, archive: path, members, thin: facts.thin },
  };
}

function editStep(record: BuildRecord): StepDraft | undefined {
  const pairs = editFacts(record.family, record.argv).map(({ from, to }) => ({
    from: resolve(record.cwd, from),
    to: resolve(record.cwd, to),
  }));
  const changed = new Set(changedFiles(record).map((file) => file.path));
  const real = pairs.filter(({ to }) => changed.has(to) || record.family !== 'ranlib');
  if (real.length === 0) return undefined;
  return {
    record,
    kind: 'edit',
    reads: real.map(({ from }) => from),
    libraries: [],
    writes: real.map(({ from, to }) => ({ path: to, fresh: from !== to })),
  };
}

/** What a record means. `readScript` gives the text of a kept standard input. */
export function interpret(record: BuildRecord, readScript: (file: string) => string): Action {
  if (record.family === 'cc' || record.family === 'c++') return compilerAction(record);
  if (record.status !== 0) return { record, sources: [], step: undefined };
  const step =
    record.family === 'ld'
      ? linkerStep(record)
      : record.family === 'ar'
        ? archiveStep(record, record.stdin === undefined ? '' : readScript(record.stdin))
        : editStep(record);
  return { record, sources: [], step };
}
