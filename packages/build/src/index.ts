export { type CaptureOptions, captureBuild } from './capture/capture.js';
export { type DatabaseOptions, planFromDatabase } from './capture/database.js';
export { shimEnvironment } from './capture/environment.js';
export { type ServeEntry, type ServeFolder, serveEntries, serveShim } from './capture/serve.js';
export { type ShimMode, setShimMode } from './capture/shim-mode.js';
export type { Oracle } from './capture/tools.js';
export { namedScripts } from './command/scripts.js';
export { shellWords } from './command/shell-words.js';
export type { FunctionLevel, FunctionScope } from './function/level.js';
export type { SplitUnit } from './function/split.js';
export type { Accused } from './label/accused.js';
export type { Explanation } from './label/boundary.js';
export type { Case, SharedCause } from './label/causes.js';
export type { Judgement } from './label/judgement.js';
export type { CodeOfBothSides } from './listing/both-sides.js';
export type { Disassembly } from './listing/disassembly.js';
export type {
  BuildPlan,
  CompileCommand,
  CompileUnit,
  Excluded,
  FixedObject,
  ReplayStep,
  ShimPlace,
} from './plan.js';
export type { Baseline } from './probe/baseline.js';
export type { LinkCommand, RebuildCommand } from './probe/command-assembly.js';
export type { RejectedUnit } from './probe/objects.js';
export type { Scope } from './probe/scope.js';
export {
  type Bisection,
  type BisectionOptions,
  type BisectionStats,
  openBisection,
} from './probe/session.js';
export { type ShowCommands, showCommands } from './reduce/commands.js';
export { findCvise } from './reduce/cvise.js';
export { readBy } from './reduce/invocation.js';
export type { Difference } from './reduce/observation.js';
export { openReduction, type Reduction } from './reduce/reduction.js';
export {
  askReproducer,
  type ReproducerAnswer,
  type ReproducerRecipe,
  type StandaloneReproducer,
  standaloneOf,
} from './reduce/reproducer.js';
export { type Reduced, reduce } from './reduce/run.js';
export type { CompilerSide } from './store/compiler.js';
