// What the rest of swarm may use to find and run tests.

export { type Baselines, baselineKey, openBaselines } from './baselines.js';
export { type HistoryWriter, historyFolder, readHistory, writeHistory } from './history/history.js';
export { outputFileOf } from './output-file.js';
export { isCtrf, readCtrf } from './report/ctrf-reader.js';
export { type CtrfOptions, writeCtrf } from './report/ctrf-writer.js';
export { junitReader, readJunit } from './report/junit-reader.js';
export { type JunitOptions, writeJunit } from './report/junit-writer.js';
export { findReports, type ReportVisitor, readReport } from './report/read-report.js';
export { failingTest, type ReportedTest, type ReportProblem } from './report/reported-test.js';
export { openResults, type ResultsFile, readResults } from './run/results-file.js';
export { runTests, type Selected, type TestRun } from './run/run-tests.js';
export type { Suite, SuiteRun } from './suite.js';
export { findSuites, type OpenedSuite, openSuites, suiteAdvice, THE_CONFIG } from './suites/open-suites.js';
export type { FoundSuite, Tool, ToolSuite } from './tool.js';
export { TOOLS } from './tools/index.js';
