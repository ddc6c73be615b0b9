// jest 29.7 and newer.

import { fileURLToPath } from 'node:url';
import type { Tool } from '../tool.js';
import { findReported, ReportedSuite, type ReportingTool } from './reported.js';

const REPORTER = fileURLToPath(new URL('../../programs/jest-events.mjs', import.meta.url));
/** What a project may have set that would end a run early, keep it from ending, or fail it for something else than its tests. */
const PLAIN = ['--ci', '--watchAll=false', '--bail=0', '--coverage=false', '--forceExit'];

const RUN: ReportingTool = {
  program: 'jest',
  words: (args) => [...args, ...PLAIN, `--reporters=${REPORTER}`],
  only: (files) => ['--runTestsByPath', ...files],
};

export const JEST: Tool = {
  tool: 'jest',
  find: (root) => findReported('jest', root),
  open: (suite) => new ReportedSuite(suite, RUN),
};
