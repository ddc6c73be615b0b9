// The order of test files: those that take longest begin, so that the last minute is not one worker's alone. Vitest by itself goes
// by what it has measured before, which is nothing in a fresh clone.

import { BaseSequencer, type TestSpecification } from 'vitest/node';

const LONGEST_FIRST = [
  ...[
    'emit-tasks',
    'reduce',
    'bisect-verdicts',
    'workspace',
    'bisect-labels',
    'simulator',
    'functions',
    'programs',
    'bisect-reuse',
    'bisect-bad-input',
    'workspace-sandbox',
    'search',
    'contention',
    'run',
    'shapes',
    'store',
  ],
  ...['many', 'lua-planted', 'interrupted', 'sed', 'sqlite', 'jq', 'cmark', 'lua-clean'],
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
