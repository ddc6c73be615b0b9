// What the rest of swarm may use to find and run tests.

export type { Suite, SuiteRun } from './suite.js';
