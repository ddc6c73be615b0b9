// The bisect that tasks come from.

import type { Reproducer } from '../report/reproducers.js';
import type { CodeStory } from '../report/story.js';

/** What a task says about where it comes from. */
export interface Job {
  /** Names of the two compilers, as people know them. */
  readonly target: string;
  readonly oracle: string;
  /** All units of the build. */
  readonly units: ReadonlySet<string>;
  /** Distinguishes programs and targets: part of every fingerprint. */
  readonly subject: string;
  readonly build: string;
  readonly test: string;
  readonly code: ReadonlyMap<string, CodeStory>;
  readonly reproducers: ReadonlyMap<string, Reproducer>;
  /** Tasks go to where a clone can have their files. */
  readonly isShared: boolean;
  /** The command, at the repository's root, that shows the failure of members. */
  reproduce(members: readonly string[]): string;
  /** The one that is green when they are mended; `flaky` asks more than once. */
  verify(members: readonly string[], flaky: boolean): string;
}
