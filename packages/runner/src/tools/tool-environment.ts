// The environment of a tool: ours, without what would make a runner believe that it runs within another one.

/** Set by runners for what they run, and read by runners when they start. */
const RUNNERS =
  /^(?:NODE_TEST_CONTEXT|NODE_V8_COVERAGE|VITEST(?:_.*)?|JEST_WORKER_ID|PYTEST_(?!ADDOPTS|PLUGINS|DISABLE).*|CTEST_(?:PROGRESS_OUTPUT|OUTPUT_ON_FAILURE|PARALLEL_LEVEL)|HARNESS_.*|TEST_WORKER_INDEX|FORCE_COLOR)$/;

export function toolEnvironment(
  ...more: readonly (Readonly<Record<string, string>> | undefined)[]
): Record<string, string> {
  const own = Object.entries(process.env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && !RUNNERS.test(entry[0]),
  );
  return Object.assign(Object.fromEntries(own), ...more);
}
