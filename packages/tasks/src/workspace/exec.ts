// Running a command in a workspace with our own streams, its exit status passed on. Nothing of it is left afterwards.

import { EXIT, SwarmError } from '@swarm/core';
import { runAttached } from '@swarm/host';
import { openEnclosure } from './enclosure.js';
import type { Place } from './place.js';
import type { WorkspaceRecord } from './record.js';

export interface ExecRequest {
  readonly argv: readonly string[];
  /** Added to what the workspace gives. */
  readonly env?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  /** Told of each host that it wants to reach and may not, once. */
  readonly onRefused?: (target: string, why: string) => void;
}

/** The status of an engine that could not start a container. */
export const ENGINE_FAILED = 125;

/**
 * Run a command with our own streams. Gives its exit status, 128 and the signal's number for a signal. Throws `not-started`
 * (exit 3), `workspace-limit` (exit 1) when it took more than the workspace may, and `interrupted` (exit 130).
 */
export async function execIn(place: Place, record: WorkspaceRecord, request: ExecRequest): Promise<number> {
  const { onRefused } = request;
  const enclosure = await openEnclosure(place, record, onRefused === undefined ? {} : { onRefused });
  try {
    const result = await runAttached({
      program: { argv: request.argv, env: { ...enclosure.env, ...request.env } },
      cookie: enclosure.cookie,
      cwd: place.layout.tree(record.name),
      enclosure,
      ...(request.signal === undefined ? {} : { signal: request.signal }),
    });
    if (result.exit.kind !== 'exited' || result.exceeded !== undefined) await enclosure.endOthers();
    if (result.exceeded !== undefined) throw overLimit(record.name, result.exceeded);
    return statusOf(record, request, result.exit);
  } finally {
    await enclosure.close();
  }
}

type Exit = Awaited<ReturnType<typeof runAttached>>['exit'];

function statusOf(record: WorkspaceRecord, { argv }: ExecRequest, exit: Exit): number {
  switch (exit.kind) {
    case 'not-started':
      throw new SwarmError(`workspace ${record.name}: ${argv[0]} could not be started: ${exit.reason}`, {
        code: 'not-started',
        exit: EXIT.environment,
        hint: 'see that the program is there, also from inside',
      });
    case 'aborted':
      throw new SwarmError(`workspace ${record.name}: interrupted`, {
        code: 'interrupted',
        exit: EXIT.interrupted,
        hint: 'the workspace is kept as it is',
      });
    case 'exited':
      if (record.isolation === 'container' && exit.code === ENGINE_FAILED)
        throw new SwarmError(`workspace ${record.name}: the container could not be started`, {
          code: 'container-failed',
          exit: EXIT.environment,
          hint: `see what ${record.container?.engine} said above; try it with ${record.container?.image} by hand`,
        });
      return exit.code;
  }
}

const overLimit = (name: string, what: string): SwarmError =>
  new SwarmError(`workspace ${name}: the command ${what} and was stopped`, {
    code: 'workspace-limit',
    exit: EXIT.refused,
    hint: 'raise the limit when the workspace is made, or make the command smaller',
  });
