import { defineConfig } from 'vitest/config';
import './test/kit/no-repository.ts';
import { inMemory } from './test/kit/memory.ts';
import { LongestFirst } from './test/kit/order.ts';

export default defineConfig({
  test: {
    include: [
      'packages/*/test/**/*.test.ts',
      'plugins/*/test/**/*.test.ts',
      'test/e2e/**/*.test.ts',
      'test/health/**/*.test.ts',
    ],
    sequence: { sequencer: LongestFirst },
    env: inMemory(),
    setupFiles: 'test/kit/file-end.ts',
    pool: 'forks',
    isolate: false, // A file that starts in a process which has loaded the packages starts in half a second less.
    maxWorkers: 3, // Two processors: tests wait for programs half of the time.
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
