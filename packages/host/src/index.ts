// What the rest of swarm may use of the machine.

export type { Exit, ProcessRunner, RunnerOptions, RunRequest, RunResult, View } from './process.js';
export { createRunner } from './runner.js';
export { canUseViews } from './views.js';
