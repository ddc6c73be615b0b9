// What the rest of swarm may use of the machine.

export { isDraft, replaceFile, sweepDrafts, writeFileAtomic } from './atomic-file.js';
export { type AttachedRequest, type AttachedResult, runAttached } from './attached.js';
export { clockEpoch, monotonicMs } from './boot-clock.js';
export { readCapacity, treeBytes } from './capacity.js';
export {
  makeProgram,
  type ProgramMaking,
  type ProgramSource,
  sourceVersion,
  userCache,
} from './compiled-program.js';
export {
  type BisectConfig,
  type CompilerConfig,
  configJsonSchema,
  type LoadedConfig,
  loadConfig,
  type SwarmConfig,
  type TasksConfig,
  type WorkspacesConfig,
} from './config.js';
export { type ParsedFile, parseConfig } from './config-file.js';
export { diskProblem } from './disk-problem.js';
export { type Marked, watchMarked } from './enclosed.js';
export { endAtOnce, LINGER_MS } from './ending.js';
export { type EventLog, LOG_SCHEMA, openLog } from './event-log.js';
export { makeFolder } from './folder.js';
export type { GateConfig } from './gate-config.js';
export { GrowingFile } from './growing-file.js';
export { findHelper, type HelperHere } from './helper-kind.js';
export { ISOLATIONS, type Isolation } from './isolation.js';
export { type Journal, type JournalOptions, openJournal } from './journal.js';
export { type LockOptions, withLock } from './lock.js';
export { editDistance, nearestName } from './nearest-name.js';
export { type Gateway, type GatewayOptions, openGateway, relayWords } from './network/gateway.js';
export { ownerAlive, ownerStamp, stampOf } from './owner.js';
export type {
  Exit,
  ProcessRunner,
  RunControl,
  RunnerOptions,
  RunRequest,
  RunResult,
  View,
} from './process.js';
export { findStrays, processIds, type Stray } from './process-table.js';
export { type CoreTimes, Room, type RoomOptions } from './room.js';
export type { RoleConfig, RunConfig } from './run-config.js';
export { createRunner } from './runner.js';
export { openSeen, readSeen } from './seen-file.js';
export { programBackend } from './session/program-backend.js';
export { openStateFolder } from './state-folder.js';
export { type Surroundings, surrounded, surroundings } from './surroundings.js';
export { openTaskFiles } from './task-files.js';
export type { SuiteConfig, TestsConfig } from './tests-config.js';
export { type CopyOptions, type CopyReport, copyTree } from './tree-copy.js';
export { canUseViews } from './views.js';
export {
  createTempDir,
  createWorkDir,
  endWorkDirs,
  removeTree,
  sweepWorkDirs,
  type WorkDir,
} from './work-dir.js';
