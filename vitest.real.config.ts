import { defineConfig } from 'vitest/config';
import './test/kit/no-repository.ts';
import { inMemory } from './test/kit/memory.ts';
import { LongestFirst } from './test/kit/order.ts';

// Real programs and real compilers: fetched sources, minutes of building. Run by `.ci/run` and `pnpm test:real`.
export default defineConfig({
  test: {
    include: ['test/real/**/*.test.ts'],
    globalSetup: 'test/real/fetch.ts',
    sequence: { sequencer: LongestFirst },
    env: inMemory(),
    setupFiles: 'test/kit/file-end.ts',
    pool: 'forks',
    isolate: false, // A file that starts in a process which has loaded the packages starts in half a second less.
    maxWorkers: 3, // Two processors: as in vitest.config.ts.
    testTimeout: process.env.SWARM_MATRIX === 'all' ? 3_600_000 : 600_000,
    hookTimeout: 600_000,
  },
});
