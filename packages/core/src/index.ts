export { type Admission, type AdmissionRequest, admit, type Capacity } from './admission.js';
export { bytewise } from './bytewise.js';
export {
  type Cause,
  type CauseOptions,
  causesOf,
  mayHaveCause,
  type SoleCause,
  type Specimen,
  soleCausesOf,
} from './cause.js';
export {
  type Claim,
  type Lease,
  type Look,
  observe,
  type SeenClaim,
  type Sighting,
  type Sightings,
} from './claim.js';

export { type Cancel, Cancellation, type DriveOptions, drive, type Elbowroom, type Prober } from './drive.js';
export { type Emission, emission, type Finding } from './emission.js';

export { EXIT, type ExitCode, SwarmError, type SwarmErrorDetails } from './errors.js';
export { type FailingTest, tasksOfFailingTests } from './exchange/failing-tests.js';
export { isGithubList, readGithubList } from './exchange/github.js';
export { jsonListOf, readJsonList } from './exchange/json.js';
export {
  asTitle,
  idFromWords,
  type ListedState,
  type ListedTask,
  type ListProblem,
  type TaskList,
} from './exchange/listed.js';
export { readMarkdownList } from './exchange/markdown.js';
export { markdownListOf } from './exchange/markdown-text.js';
export { type Merged, type MergeOptions, type MergePlan, mergeList } from './exchange/merge.js';
export {
  CERTIFICATE_SCHEMA,
  certificateText,
  type GateCertificate,
  readCertificate,
} from './gate/certificate.js';
export { decide, type GateDecision, type GateFacts, suspectsOf, type Tightening } from './gate/decision.js';
export {
  DECLARED_LISTS,
  type Declaration,
  type DeclarationProblem,
  type Declared,
  type DeclaredList,
  declarationsText,
  declaredFile,
  isInForce,
  NOTHING_DECLARED,
  type ReadDeclarations,
  readDeclarations,
} from './gate/declared.js';
export { DIFFERENCE_KINDS, type Difference, type DifferenceKind, type Effect } from './gate/difference.js';
export {
  isAgainst,
  RERUN_POLICY,
  type Rerun,
  type RerunOutcome,
  type RerunPolicy,
  type Settled,
  type Suspect,
  settleSuspects,
} from './gate/reruns.js';
export { chanceOf, type RunTally } from './gate/significance.js';
export {
  OWN_PROTECTION,
  type PathChange,
  type ProtectedArea,
  type Protection,
  protectionOf,
  type Tampering,
  tamperingOf,
  VERIFIER_PATTERNS,
} from './gate/tampering.js';
export { globMatcher, matchesGlob } from './glob.js';
export { foldJournal, type JournalRecord, journalRecord, type KnownAnswers } from './journal.js';
export { type AlignedLine, alignLines } from './line-diff.js';
export { isPublic, parseAddress } from './network/address.js';
export {
  type HostRule,
  type Route,
  reachable,
  readHostRule,
  readTarget,
  routeTo,
  type Target,
  targetText,
} from './network/hosts.js';
export { offers, stillToDo, waitsFor } from './offer.js';
export {
  type Failed,
  type FailureKind,
  type Outcome,
  PASS,
  type Passed,
  type Unresolved,
} from './outcome.js';
export { type JudgedProposals, judgeProposals, type ProposalRules, type Refusal } from './plan/proposals.js';
export { type Advice, adviceOf, type PreflightFacts, percent } from './preflight/advice.js';
export { type Forecast, forecastsOf, type Pace } from './preflight/forecast.js';
export { type Overlap, overlapOf } from './preflight/overlap.js';
export { type Cluster, clustersOf, type Failure, signatureOf } from './preflight/signature.js';
export { type Answer, type Probe, type ProbePurpose, probeId, type Wanted } from './probe.js';
export { askId, type QueueAnswer, type QueueAsk } from './queue/ask.js';
export {
  batchSize,
  FIRST_RATES,
  nextBatch,
  type QueuedChange,
  type QueueRates,
  ratesAfter,
} from './queue/batch.js';
export type { Eviction } from './queue/blame.js';
export { type Candidate, candidateText, readCandidate } from './queue/candidate.js';
export { type EvictionOutcome, type Evidence, evidenceText, readEvidence } from './queue/evidence.js';
export { BATCH_POLICY, type BatchEnd, type BatchPolicy, driveBatch, landBatch } from './queue/land-batch.js';
export type { Certificate, Culprit, SearchReport, SearchStats, Verdict } from './report.js';
export { type Search, type SearchOptions, search } from './search.js';
export { Selection } from './selection.js';
export type {
  Backend,
  BackendDescriptor,
  BackendKit,
  Dialect,
  LineReader,
  SessionCommand,
  SessionLimits,
  SessionRequest,
} from './session/backend.js';
export { type Enclosure, OPEN, type ProcessUsage, type Started } from './session/enclosure.js';
export { sessionEnvironment } from './session/environment.js';
export type {
  SessionEnd,
  SessionEvent,
  SessionNews,
  SessionOutcome,
  SessionSignal,
  SessionStop,
  SessionUsage,
  Trouble,
  TroubleCause,
  WorkspaceFinding,
} from './session/event.js';
export { type JsonObject, listAt, numberAt, objectOf, textAt, valueAt } from './session/json-line.js';
export { signalOf } from './session/own-words.js';
export {
  beginSession,
  judgeSession,
  limitReached,
  nextLimitAtMs,
  noteSignal,
  type SessionState,
} from './session/session.js';
export { troubleOf } from './session/trouble.js';
export {
  addUsage,
  laterUsage,
  NO_USAGE,
  type PriceTable,
  pricedUsage,
  priceOf,
  type TokenPrice,
  tokensOf,
} from './session/usage.js';
export { type BudgetPlan, patienceMs, planBudget } from './suite/budget.js';
export { addExtras, type Extras, touchedTests } from './suite/extras.js';
export { hashBelow, seedOf } from './suite/hash.js';
export { orderTests, type Planned } from './suite/order.js';
export { letterOf, type Past, type PastLetter, pastAfter } from './suite/past.js';
export { type Choice, digestOf, type Replay, readReplayToken, replayToken } from './suite/replay.js';
export { catchProbability, failingBound } from './suite/statistics.js';
export { exitCodeOf, type Summary, summaryLines, verdictOf } from './suite/summary.js';
export {
  type Counts,
  type Inference,
  isFailure,
  isFlaky,
  type Named,
  reasonOf,
  Tally,
} from './suite/tally.js';
export {
  directoryOf,
  type TestCase,
  type TestFailure,
  type TestId,
  type TestOutcome,
  type TestResult,
} from './suite/test.js';
export {
  type AgentNumber,
  drawSample,
  testCase,
  usualWindowCount,
  windowCount,
  windowNumbers,
  windowOf,
} from './suite/window.js';
export {
  type Attachment,
  type Attempt,
  isTaskId,
  moveTask,
  TASK_STATES,
  type Task,
  type TaskChange,
  type TaskDraft,
  type TaskHead,
  type TaskState,
  type TaskStore,
  taskId,
  taskOf,
} from './task.js';
export { addTasks, type NewTask, settleDouble, settleDoubles, withAttempt } from './task-list.js';
export { isAttachmentName, type ReadTask, readTask, taskText } from './task-text.js';
export { count, oneLine, seconds, withinBytes } from './text-line.js';
export type { Unit } from './unit.js';
