// The tools that swarm knows, each loaded when it is looked for.

import type { Tool } from '../tool.js';

/** Name in a config, and how to load it; in the order in which suites are looked for. */
export const TOOLS: ReadonlyMap<string, () => Promise<Tool>> = new Map([
  ['ctest', async () => (await import('./ctest.js')).CTEST],
  ['lit', async () => (await import('./lit.js')).LIT],
  ['pytest', async () => (await import('./pytest.js')).PYTEST],
  ['vitest', async () => (await import('./vitest.js')).VITEST],
  ['jest', async () => (await import('./jest.js')).JEST],
  ['node', async () => (await import('./node-test.js')).NODE_TEST],
  ['tap', async () => (await import('./tap.js')).TAP],
  ['go', async () => (await import('./go.js')).GO],
  ['cargo', async () => (await import('./cargo.js')).CARGO],
]);
