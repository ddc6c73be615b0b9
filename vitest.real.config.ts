import { defineConfig } from 'vitest/config';

// Real programs and real compilers: fetched sources, minutes of building. Run by `.ci/run` and `pnpm test:real`.
export default defineConfig({
  test: {
    include: ['test/real/**/*.test.ts'],
    pool: 'forks',
    fileParallelism: false,
    testTimeout: 600_000,
    hookTimeout: 600_000,
  },
});
