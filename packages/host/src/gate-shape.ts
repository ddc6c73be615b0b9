// What may stand under `gate` in a config file, as valibot schemas.

import * as v from 'valibot';
import { exactly, text } from './shape-values.js';

const globs = (about: string) => v.pipe(v.array(v.string()), v.description(about));

/** The keys of `gate`. */
export const gateSettings = {
  tests: v.optional(globs('Files that are tests; left out: those of the suites, and tests/**, test/**.')),
  protect: v.optional(globs('Further files that a change may not touch by itself.')),
  prepare: v.optional(text('The command that builds a clean checkout before its tests run.')),
  prepareTimeout: v.optional(
    v.pipe(v.number(), v.gtValue(0, 'must be more than 0'), v.description('Its time limit, in seconds.')),
  ),
  preCommit: v.optional(
    v.pipe(
      v.picklist(['off', 'sample', 'full'], 'must be off, sample or full'),
      v.description('What the pre-commit hook runs.'),
    ),
  ),
  prePush: v.optional(
    v.pipe(
      v.picklist(['off', 'full'], 'must be off or full'),
      v.description('What the pre-push hook runs for the branch that work lands on.'),
    ),
  ),
};

export const gateShape = exactly(gateSettings);
