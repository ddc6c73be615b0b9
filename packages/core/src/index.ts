export { EXIT, type ExitCode, SwarmError, type SwarmErrorDetails } from './errors.js';
export {
  type Failed,
  type FailureKind,
  type Outcome,
  PASS,
  type Passed,
  type Unresolved,
} from './outcome.js';
export { type Answer, type Probe, type ProbePurpose, probeId, type Wanted } from './probe.js';
export type { Certificate, Culprit, SearchReport, SearchStats, Verdict } from './report.js';
export { Selection } from './selection.js';
export type { Unit } from './unit.js';
