// The programs in fixtures/programs, copied to where a test may do what it likes with them.

import { cpSync, existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  type Expected,
  type GenerateOptions,
  generate,
  type Summary,
} from '../../fixtures/programs/many/generate.mjs';
import { type Folder, project } from './folder.ts';

export const FIXTURES = join(dirname(dirname(dirname(fileURLToPath(import.meta.url)))), 'fixtures');

/** The planted-fault compiler. */
export const FAULTCC = join(FIXTURES, 'faultcc', 'faultcc');

export interface Program extends Folder {
  /** How many compilation units it has. */
  readonly units: number;
  /** The fault table in force, an absolute path. */
  readonly table: string;
  readonly expected: Expected;
}

/** A copy of a program whose target plants the faults of a table in it. */
export function copyProgram(
  name: 'assumptions' | 'calc' | 'textproc' | 'records' | 'signals',
  table = 'faults',
): Program {
  const from = join(FIXTURES, 'programs', name);
  const folder = project({}, `swarm-${name}-`);
  cpSync(from, folder.dir, { recursive: true, filter: (path) => !/\/(build|\.swarm)$/.test(path) });
  const summary: Summary = JSON.parse(folder.read('expected.json'));
  return configured(folder, summary, table);
}

/** A program of generated units, 1,000 with three culprits unless told otherwise; main.c comes on top. */
export function manyUnits(options: GenerateOptions = {}): Program {
  const folder = project({}, 'swarm-many-');
  return configured(folder, generate(folder.dir, options), 'faults');
}

function configured(folder: Folder, summary: Summary, table: string): Program {
  const expected = summary.tables[table];
  const path = folder.path(table);
  if (expected === undefined || !existsSync(path)) {
    throw new Error(`no table '${table}'; expected.json has ${Object.keys(summary.tables).join(', ')}`);
  }
  // The programs' configs name ./faultcc, a script that names the compiler and the table. As in the originals, a flag of
  // its own makes every object differ from the oracle's: a search leaves out units whose objects are the same.
  const word = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;
  const command = `${word(FAULTCC)} ${word(`-ffaults=${path}`)} -fno-omit-frame-pointer`;
  folder.write('faultcc', `#!/bin/sh\nexec ${command} "$@"\n`);
  return { ...folder, units: summary.units, table: path, expected };
}
