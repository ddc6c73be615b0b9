// `swarm gate baseline`: measure a base ahead of time, or again; and remember the tools that it was measured with.

import { join } from 'node:path';
import { count, EXIT, isFailure, isFlaky, reasonOf } from '@swarm/core';
import { openBaselines } from '@swarm/runner';
import { listenForInterrupt } from '../terminal/interrupt.js';
import type { Status } from '../terminal/status.js';
import type { Told } from '../terminal/told.js';
import { type GateFlags, lazySides, openContext } from './context.js';
import { shortName } from './document.js';
import { pinTools } from './environment.js';
import { type Baseline, baselineOf, brokenBase } from './measurement.js';
import { openRunFolder } from './run-folder.js';
import type { Side } from './subject.js';

export async function runBaseline(flags: GateFlags & { refresh: boolean }, status: Status): Promise<Told> {
  const interrupt = listenForInterrupt({ message: 'baseline: interrupted', hint: 'run it again' });
  try {
    const context = await openContext(flags, interrupt.signal, status);
    const { state, key, subject, signal, tools } = context;
    const run = openRunFolder(state);
    run.close();
    const { base } = lazySides(context, run.folder);
    try {
      await pinTools(state, tools, flags.refresh);
      const how = { anew: flags.refresh, lockFile: join(run.parent, `measuring-${key}`), status, signal };
      const baseline = await baselineOf(key, base, openBaselines(state), how);
      if (baseline.broken !== undefined) throw brokenBase(subject.base.name, baseline.broken);
      return told(subject.base, key, baseline);
    } finally {
      await base.close();
    }
  } catch (error) {
    throw interrupt.problem() ?? error;
  } finally {
    interrupt.release();
    status.clear();
  }
}

const FAILING = 6;

function told(base: Side, key: string, { results, measured }: Baseline): Told {
  const counts: Record<string, number> = {};
  for (const { outcome } of results) counts[outcome.kind] = (counts[outcome.kind] ?? 0) + 1;
  const failing = results.filter(({ outcome }) => isFailure(outcome));
  const flaky = results.filter(isFlaky).map(({ id }) => id);
  const lines = failing.slice(0, FAILING).map(({ id, outcome }) => `FAILS ${id}: ${reasonOf(outcome)}`);
  const words = Object.entries(counts).map(([kind, n]) => `${n} ${kind}`);
  return {
    document: {
      ...{ schema: 'swarm.baseline/1', base, key, measured, counts },
      ...{ failing: failing.map(({ id }) => id), flaky },
    },
    lines: [
      ...lines,
      ...(failing.length > FAILING ? [`... ${failing.length - FAILING} more`] : []),
      `BASELINE ${shortName(base.name)}: ${count(results.length, 'test')}, ${words.join(', ')}${flaky.length > 0 ? `, ${flaky.length} flaky` : ''}${measured ? '' : ' (known)'}`,
    ],
    exit: results.length === 0 ? EXIT.nothing : EXIT.done,
  };
}
