// What `swarm plan` prints: the document swarm.plan/1, and its lines for people.

import {
  EXIT,
  type ExitCode,
  type Refusal,
  type SessionEnd,
  type SessionUsage,
  type TaskDraft,
} from '@swarm/core';
import { costText } from '../fleet/standing.js';
import type { Told } from '../terminal/told.js';

export interface Plan {
  readonly session: SessionEnd & { readonly usage: SessionUsage };
  readonly added: readonly TaskDraft[];
  readonly refused: readonly Refusal[];
  readonly dryRun: boolean;
  readonly log: string;
}

const SHOWN = 4;

export function planTold({ session, added, refused, dryRun, log }: Plan): Told {
  const { outcome, detail, usage } = session;
  const verb = dryRun ? 'WOULD ADD' : 'ADDED';
  const quiet = added.length + refused.length === 0;
  return {
    document: {
      schema: 'swarm.plan/1',
      session: { outcome, detail, usage },
      added: added.map(({ id, title, verify }) => ({ id, title, verify })),
      refused,
      ...{ dryRun, log },
    },
    lines: [
      ...(quiet ? [`ERROR plan: the session ended with ${outcome} and proposed nothing: ${detail}`] : []),
      ...few(refused.map(({ what, reason }) => `REFUSED ${what}: ${reason}`)),
      ...few(added.map(({ id, title }) => `${verb} ${id}: ${title}`)),
      `${added.length} ${dryRun ? 'would be added' : 'added'}, ${refused.length} refused${costText(usage, 0)}; log: ${log}`,
    ],
    exit: exitOf(added.length, quiet),
  };
}

const few = (lines: readonly string[]): readonly string[] =>
  lines.length <= SHOWN
    ? lines
    : [...lines.slice(0, SHOWN - 1), `... ${lines.length - SHOWN + 1} more: --json has all`];

function exitOf(added: number, quiet: boolean): ExitCode {
  if (added > 0) return EXIT.done;
  return quiet ? EXIT.nothing : EXIT.refused;
}
