// An outside tool that finds and runs tests itself (ctest, pytest, ...), as the rest of swarm sees it: how its suites are
// found in a folder, and how one is opened. Each tool is one file in tools/, and stands in the list of tools/index.ts.

import type { Suite } from './suite.js';

/** A suite of a tool: from the config (`tool: ctest`), or found. */
export interface ToolSuite {
  /** For people; unique among the suites of a run. */
  readonly name: string;
  /** Absolute: the folder the tool works in, like ctest's build folder. */
  readonly dir: string;
  /** Absolute: test ids are relative to it. */
  readonly root: string;
  /** A shell command in place of the tool's usual one. */
  readonly command?: string;
  /** Further arguments. */
  readonly args: readonly string[];
}

/** A suite that nobody told us of. */
export interface FoundSuite {
  /** Absolute. */
  readonly dir: string;
  /** What says so, for people: `vitest.config.ts`. */
  readonly because: string;
}

export interface Tool {
  /** As in the config. */
  readonly tool: string;
  /** Suites of this tool in a project, told by its files alone: nothing of the project is run. */
  find(root: string): Promise<readonly FoundSuite[]>;
  /** Where no suite of any tool is found: one that its tests alone tell of. */
  guess?(root: string): Promise<FoundSuite | undefined>;
  /** Where none is found: what a person has to do first, if a file of the project tells so. */
  advice?(root: string): Promise<string | undefined>;
  /** Open one; cheap, its tests are asked for later. */
  open(suite: ToolSuite): Suite;
}
