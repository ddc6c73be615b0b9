export { type CaptureOptions, captureBuild } from './capture/capture.js';
export { shimEnvironment } from './capture/environment.js';
export type { Oracle } from './capture/tools.js';
export type {
  BuildPlan,
  CompileCommand,
  CompileUnit,
  Excluded,
  FixedObject,
  ReplayStep,
} from './plan.js';
