// What a probe's outcome hangs on beside its objects: the steps, the test and what it is held against.

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { EXIT, SwarmError } from '@swarm/core';
import { namedScripts } from '../command/scripts.js';
import type { BuildPlan } from '../plan.js';
import { placedObjects } from './assembly.js';
import { cpuPressure } from './cpu-pressure.js';
import type { BisectionOptions } from './session.js';
import type { TestCommand } from './trial.js';

/** The test of a session. Throws `no-expected-output` (exit 2). */
export function testCommand(plan: BuildPlan, options: BisectionOptions): TestCommand {
  const { test, dir, expectStdout, probeTimeoutMs } = options;
  return {
    command: test,
    dir: dir ?? plan.root,
    expected: expectStdout === undefined ? undefined : read(expectStdout),
    cpuPressure: probeTimeoutMs === undefined ? (options.cpuPressure ?? cpuPressure) : undefined,
  };
}

/** Everything but the objects that an outcome hangs on; a journal of other circumstances is worth nothing. */
export function circumstances(plan: BuildPlan, options: BisectionOptions, fixed: readonly string[]): string {
  const { command, dir, expected } = testCommand(plan, options);
  const facts = [
    plan.steps,
    placedObjects(plan),
    fixed,
    command,
    dir,
    options.probeTimeoutMs ?? null,
    options.link ?? null,
    options.rebuild ?? null,
  ];
  const hash = createHash('sha256')
    .update(JSON.stringify(facts))
    .update(expected ?? '');
  for (const script of namedScripts(command, dir)) hash.update('\0').update(script);
  return hash.digest('hex');
}

function read(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (cause) {
    throw new SwarmError(`expected output ${file}: cannot be read`, {
      code: 'no-expected-output',
      exit: EXIT.usage,
      hint: 'give --expect-stdout a file that exists',
      cause,
    });
  }
}
