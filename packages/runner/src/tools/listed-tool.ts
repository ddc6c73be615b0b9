// Suites of tools that list their tests and run them in batches.

import type { TestCase, TestId } from '@swarm/core';
import type { Suite, SuiteRun } from '../suite.js';
import type { ToolSuite } from '../tool.js';
import type { BatchTool } from './batch-tool.js';
import { runBatches } from './batches.js';
import type { Listed } from './listed.js';

/** A suite that is listed whenever it is asked to, and before it runs where nobody has asked. */
export abstract class ListedTool<T> implements Suite {
  readonly name: string;
  #listed: Listed<T> | undefined;

  constructor(protected readonly suite: ToolSuite) {
    this.name = suite.name;
  }

  async list(signal?: AbortSignal): Promise<readonly TestCase[]> {
    this.#listed = await this.askForTests(signal);
    return this.#listed.cases;
  }

  async run(tests: readonly TestId[], how: SuiteRun): Promise<void> {
    this.#listed ??= await this.askForTests(how.signal);
    await runBatches(this.tool(this.#listed, how), tests, how);
  }

  /** Ask the tool. Throws `SwarmError` (exit 3) where it can't say. */
  protected abstract askForTests(signal?: AbortSignal): Promise<Listed<T>>;

  /** How to run what was listed. */
  protected abstract tool(listed: Listed<T>, how: SuiteRun): BatchTool;
}
