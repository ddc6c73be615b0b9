// The programs in fixtures/programs, copied to where a test may do what it likes with them.

import { cpSync, existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Folder, project } from './folder.ts';

const FIXTURES = join(dirname(dirname(dirname(fileURLToPath(import.meta.url)))), 'fixtures');

/** The planted-fault compiler. */
export const FAULTCC = join(FIXTURES, 'faultcc', 'faultcc');

/** What a bisect must find in a program under one fault table. Member and unit ids are in alphabetical order. */
export interface Expected {
  readonly verdict: 'culprits' | 'target-passes';
  readonly culprits: readonly {
    readonly members: readonly string[];
    /** The outcome's failure kind; left out where it depends on the mix. */
    readonly failure?: string;
    /** Left out: a plain miscompile. */
    readonly label?: 'boundary' | 'link';
  }[];
  readonly rejected: readonly string[];
  /** The rate at which the culprits fail; left out: always. */
  readonly rate?: number;
}

export interface Program extends Folder {
  /** How many compilation units it has. */
  readonly units: number;
  /** The fault table in force, an absolute path. */
  readonly table: string;
  readonly expected: Expected;
}

interface Summary {
  readonly units: number;
  readonly tables: Readonly<Record<string, Expected>>;
}

/** A copy of a program whose target plants the faults of a table in it. */
export function copyProgram(name: 'calc' | 'textproc' | 'records', table = 'faults'): Program {
  const from = join(FIXTURES, 'programs', name);
  const folder = project({}, `swarm-${name}-`);
  cpSync(from, folder.dir, { recursive: true, filter: (path) => !/\/(build|\.swarm)$/.test(path) });
  const summary: Summary = JSON.parse(folder.read('expected.json'));
  return configured(folder, summary, table);
}

/** How a generated program looks; see fixtures/programs/many. */
export interface ManyOptions {
  readonly units?: number;
  readonly singles?: number;
  readonly pairs?: number;
  readonly rejected?: number;
  readonly seed?: number;
}

/** A program of generated units, 1,000 with three culprits unless told otherwise; main.c comes on top. */
export async function manyUnits(options: ManyOptions = {}): Promise<Program> {
  const { generate } = await import(join(FIXTURES, 'programs', 'many', 'generate.mjs'));
  const folder = project({}, 'swarm-many-');
  return configured(folder, generate(folder.dir, options) as Summary, 'faults');
}

function configured(folder: Folder, summary: Summary, table: string): Program {
  const expected = summary.tables[table];
  const path = folder.path(table);
  if (expected === undefined || !existsSync(path)) {
    throw new Error(`no table '${table}'; expected.json has ${Object.keys(summary.tables).join(', ')}`);
  }
  // The programs' configs name ./faultcc, a script that names the compiler and the table.
  const word = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;
  folder.write('faultcc', `#!/bin/sh\nexec ${word(FAULTCC)} ${word(`-ffaults=${path}`)} "$@"\n`);
  return { ...folder, units: summary.units, table: path, expected };
}
