// Before the real programs are bisected, two files at a time: their sources are fetched once for all, and the longest files begin,
// so that the last minute is not one worker's alone.

import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { fetchSources } from './sources.mjs';

const LONGEST_FIRST = ['many', 'lua-planted', 'interrupted', 'sed', 'sqlite', 'jq', 'cmark', 'lua-clean'];

/** Vitest's global set-up. */
export default function setup(): void {
  fetchSources();
}

export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => {
      const at = LONGEST_FIRST.findIndex((name) => moduleId.endsWith(`/${name}.test.ts`));
      return at === -1 ? LONGEST_FIRST.length : at;
    };
    return [...files].sort((a, b) => rank(a) - rank(b));
  }
}
