// vitest 3 and newer.

import { fileURLToPath } from 'node:url';
import type { Tool } from '../tool.js';
import { findReported, ReportedSuite, type ReportingTool } from './reported.js';

const REPORTER = fileURLToPath(new URL('../../programs/vitest-events.mjs', import.meta.url));

const RUN: ReportingTool = {
  program: 'vitest',
  words: (args) => ['run', ...args, `--reporter=${REPORTER}`],
  only: (files) => files,
};

export const VITEST: Tool = {
  tool: 'vitest',
  find: (root) => findReported('vitest', root),
  open: (suite) => new ReportedSuite(suite, RUN),
};
