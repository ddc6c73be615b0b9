// Can an agent's program, and swarm itself, be found from inside a sandbox, and what its arguments name in a workspace? Asked once before
// sessions cost anything, by looking from there.

import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { EXIT, SwarmError } from '@swarm/core';
import { createRunner, type Isolation } from '@swarm/host';
import type { OpenEnclosure } from '@swarm/tasks';

export interface Sight {
  readonly program: string;
  readonly isolation: Isolation;
  /** The search path of a session. */
  readonly path: string;
  readonly workspace: string;
}

const LIMIT_MS = 60_000;

/** Throws `agent-hidden` (exit 2). Closes the enclosure. */
export async function expectVisible(enclosure: OpenEnclosure, sight: Sight): Promise<void> {
  const { program, isolation } = sight;
  const why = await complaint(enclosure, sight, ['sh', '-c', 'command -v -- "$1"', 'sh', program]);
  if (why === undefined) return;
  throw new SwarmError(`run: from inside the ${isolation} there is no program ${program}${why}`, {
    code: 'agent-hidden',
    exit: EXIT.usage,
    hint:
      isolation === 'container'
        ? 'put it into the image that workspaces.image names'
        : 'name the folder that it is installed in, with all that it needs, in workspaces.readOnly',
  });
}

/** Are the files there that an agent's arguments name, as they are named from its workspace? Throws `no-agent-file` (exit 2). */
export function expectFiles(files: readonly string[], workspace: string): void {
  const missing = files.find((file) => !existsSync(resolve(workspace, file)));
  if (missing === undefined) return;
  throw new SwarmError(`run: in an agent's workspace there is no ${missing}`, {
    code: 'no-agent-file',
    exit: EXIT.usage,
    hint: 'name it by its full path, or push it to the branch that work lands on',
  });
}

/** Does swarm itself run inside, as a sample there needs it? Throws `swarm-hidden` (exit 2). Closes the enclosure. */
export async function expectSwarm(enclosure: OpenEnclosure, sight: Sight): Promise<void> {
  const why = await complaint(enclosure, sight, [sight.program, '--version']);
  if (why === undefined) return;
  throw new SwarmError(`run: from inside the ${sight.isolation} swarm can't take a sample${why}`, {
    code: 'swarm-hidden',
    exit: EXIT.usage,
    hint: 'put Node into the image, or what it needs into workspaces.readOnly, or leave run.sample off',
  });
}

/** What a command says when it fails inside, after a colon; undefined when it doesn't. */
async function complaint(
  enclosure: OpenEnclosure,
  { path, workspace }: Sight,
  argv: readonly string[],
): Promise<string | undefined> {
  const runner = createRunner({ jobs: 1, cookie: enclosure.cookie });
  try {
    const inside = enclosure.enter({ argv, env: { ...enclosure.env, PATH: path } });
    const { exit, stderr } = await runner.run({ ...inside, cwd: workspace, timeLimitMs: LIMIT_MS });
    if (exit.kind === 'exited' && exit.code === 0) return undefined;
    const said = stderr.trim().split('\n').at(-1) ?? '';
    return said === '' ? '' : `: ${said}`;
  } finally {
    await runner.close();
    await enclosure.endOthers();
    await enclosure.close();
  }
}
