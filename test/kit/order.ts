// The order of test files: those that take longest begin, so that the last minute is not one worker's alone. Vitest by itself goes
// by what it has measured before, which is nothing in a fresh clone.

import { BaseSequencer, type TestSpecification } from 'vitest/node';

const LONGEST_FIRST = [
  ...[
    'emit-tasks',
    'bisect-verdicts',
    'reduce',
    'bisect-labels',
    'functions',
    'workspace',
    'simulator',
    'killed',
    'bisect-interrupt',
    'run',
    'queue',
    'programs',
    'bisect-reuse',
    'workspace-sandbox',
    'bisect-disk',
    'killed-files',
    'gate',
    'source-split',
    'contention',
    'run-faults',
    'shapes',
    'search',
    'bisect-bad-input',
    'causes',
    'store',
  ],
  ...[
    'sqlite-amalgamation',
    'agents',
    'lua-planted',
    'interrupted',
    'cmark',
    'lua-clean',
    'functions-planted',
  ],
  ...['jq', 'sqlite', 'emitted', 'sed', 'mbedtls', 'many'],
];

export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => {
      const at = LONGEST_FIRST.findIndex((name) => moduleId.endsWith(`/${name}.test.ts`));
      return at === -1 ? LONGEST_FIRST.length : at;
    };
    return [...files].sort((a, b) => rank(a) - rank(b));
  }
}
