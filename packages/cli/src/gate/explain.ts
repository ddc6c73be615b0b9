// `swarm gate explain TEST`: all that is known of a test from the decision that was made last.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { EXIT, oneLine, reasonOf, SwarmError, type TestResult } from '@swarm/core';
import { openStateFolder } from '@swarm/host';
import { openBaselines, outputFileOf, readResults } from '@swarm/runner';
import { openWorkTree } from '@swarm/tasks';
import type { Told } from '../terminal/told.js';
import { shownPath } from './context.js';
import { shortName } from './document.js';
import { lastDecision } from './run-folder.js';

export async function explain(dir: string, wanted: string): Promise<Told> {
  const { top } = await openWorkTree({ dir, remote: 'origin', branch: 'main' });
  const state = await openStateFolder(top);
  const last = lastDecision(state);
  const base = openBaselines(state).find(last.baseline.key) ?? [];
  const candidate = [...readResults(join(last.folder, 'results.jsonl'))];
  const test = nameOf(wanted, [
    ...last.tampering.map(({ what }) => what),
    ...last.differences.map((it) => it.test),
    ...[...base, ...candidate].map(({ id }) => id),
  ]);
  const sides = {
    base: base.find(({ id }) => id === test),
    candidate: candidate.find(({ id }) => id === test),
  };
  const difference = last.differences.find((it) => it.test === test);
  const tampering = last.tampering.find(({ what }) => what === test);
  const output = outputFileOf(join(last.folder, 'candidate', 'output'), test);
  const kept = existsSync(output) ? shownPath(output) : undefined;
  return {
    document: {
      ...{ schema: 'swarm.explanation/1', test, verdict: last.verdict },
      ...(sides.base === undefined ? {} : { base: outcomes(sides.base) }),
      ...(sides.candidate === undefined ? {} : { candidate: outcomes(sides.candidate) }),
      ...(difference === undefined ? {} : { difference }),
      ...(tampering === undefined ? {} : { tampering }),
      ...(kept === undefined ? {} : { output: kept }),
    },
    lines: [
      `${test}: ${shortName(last.candidate.name)} on ${shortName(last.base.name)}, ${last.verdict}`,
      ...(tampering === undefined ? [] : [`needs approval: ${tampering.reason}`]),
      ...(difference === undefined ? [] : [`${difference.effect}: ${difference.kind}: ${difference.reason}`]),
      `base: ${words(sides.base)}`,
      `candidate: ${words(sides.candidate)}`,
      ...(kept === undefined ? [] : [`output: ${kept}`]),
    ],
    exit: EXIT.done,
  };
}

const outcomes = ({ outcome, earlier = [] }: TestResult) => [...earlier, outcome];

function words(result: TestResult | undefined): string {
  if (result === undefined) return 'no run of it';
  return outcomes(result)
    .map((outcome) => oneLine(`${outcome.kind} ${reasonOf(outcome)}`))
    .join(', then ');
}

/** The one that is meant, by its name or a part of it. */
function nameOf(wanted: string, known: readonly string[]): string {
  const names = [...new Set(known)];
  const found = names.includes(wanted) ? [wanted] : names.filter((name) => name.includes(wanted));
  const [test] = found;
  if (test !== undefined && found.length === 1) return test;
  const why =
    found.length === 0
      ? 'the last decision knows no such test'
      : `${found.length} tests have it in their names`;
  throw new SwarmError(`explain ${JSON.stringify(wanted)}: ${why}`, {
    code: 'no-such-test',
    exit: EXIT.usage,
    hint:
      found.length === 0
        ? 'copy the name from the output of `swarm gate check`'
        : `like ${found.slice(0, 3).join(', ')}`,
  });
}
