// What the rest of swarm may use of workspaces.

export { keepLeftWork, type LeftWork, openBench, type WorkBench } from './bench.js';
export { type CheckRoom, openCheckRoom } from './check-room.js';
export { createWorkspace, type WorkspaceRequest } from './creation.js';
export { type OpenEnclosure, openEnclosure } from './enclosure.js';
export { forgetWork, keptWork } from './kept.js';
export { openPlace, type Place } from './place.js';
export { isSandboxed, type WorkspaceLimits, type WorkspaceRecord } from './record.js';
export type { Unsaved } from './unsaved.js';
export {
  type Collected,
  collectWorkspaces,
  execInWorkspace,
  findWorkspace,
  finishRemovals,
  hubPlace,
  leftWorkspaces,
  listWorkspaces,
  type Removal,
  removeWorkspace,
  type WorkspaceEntry,
} from './workspaces.js';
