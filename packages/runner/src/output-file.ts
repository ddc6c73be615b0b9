// Where a test's output is kept: one file in the run's folder, under a name that is safe, unique and still readable.

import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { TestId } from '@swarm/core';

/** Room for people to recognize a test. */
const READABLE = 60;

/** The file for the output of a test. */
export function outputFileOf(folder: string, id: TestId): string {
  const mark = createHash('sha256').update(id).digest('hex').slice(0, 12);
  return join(folder, `${id.replace(/[^\w.-]+/g, '_').slice(-READABLE)}.${mark}.txt`);
}
