// What the rest of swarm may use of the hub.

export type { Checkout } from './checkout.js';
export { type HeldTask, writeCurrentTasks } from './current-tasks.js';
export { type FilesHubOptions, openFilesHub } from './files/open-files-hub.js';
export { type Certificates, openCertificates } from './gate/certificates.js';
export { type HookReport, installHooks, uninstallHooks } from './gate/hooks.js';
export { gateKeyFile, ownGateKey } from './gate/key.js';
export { publicKeyOf } from './gate/signature.js';
export { signedText, verifiedText } from './gate/signed-text.js';
export type { TreeReader } from './gate/tree-reader.js';
export { openTrees, type Trees } from './gate/trees.js';
export type {
  ClaimRequest,
  ClaimResult,
  Claims,
  Hub,
  HubGlance,
  HubLook,
  HubOptions,
  HubStore,
  Landing,
  LandResult,
  ReleaseRequest,
  ReleaseResult,
  RenewResult,
  SyncResult,
  TaskView,
} from './hub.js';
export { type HubWish, initHub } from './init-hub.js';
export { openHub } from './open-hub.js';
export type { ServerSign } from './queue/attendance.js';
export type { Evicted, QueueNow, Waiting } from './queue/candidate-object.js';
export type { Combination, Placed } from './queue/combine.js';
export { type HandIn, type HandInResult, openQueue, type Queue } from './queue/queue.js';
export { type LandedResult, openQueueServer, type QueueServer } from './queue/server.js';
export { hasRemote, openWorkTree, type WorkTree, type WorkTreeOptions } from './work-tree.js';
export {
  type CheckRoom,
  type Collected,
  collectWorkspaces,
  createWorkspace,
  execInWorkspace,
  findWorkspace,
  finishRemovals,
  forgetWork,
  hubPlace,
  isSandboxed,
  keepLeftWork,
  keptWork,
  type LeftWork,
  leftWorkspaces,
  listWorkspaces,
  type OpenEnclosure,
  openBench,
  openCheckRoom,
  openEnclosure,
  openPlace,
  type Place,
  type Removal,
  removeWorkspace,
  type Unsaved,
  type WorkBench,
  type WorkspaceEntry,
  type WorkspaceLimits,
  type WorkspaceRecord,
  type WorkspaceRequest,
} from './workspace/index.js';
