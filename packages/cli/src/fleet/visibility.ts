// Can an agent's program be found from inside a sandbox? Asked once before sessions cost anything, by looking from there.

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
  const { program, isolation, path, workspace } = sight;
  const runner = createRunner({ jobs: 1, cookie: enclosure.cookie });
  try {
    const argv = ['sh', '-c', 'command -v -- "$1"', 'sh', program];
    const inside = enclosure.enter({ argv, env: { ...enclosure.env, PATH: path } });
    const { exit, stderr } = await runner.run({ ...inside, cwd: workspace, timeLimitMs: LIMIT_MS });
    if (exit.kind === 'exited' && exit.code === 0) return;
    const said = stderr.trim().split('\n').at(-1) ?? '';
    const why = said === '' ? '' : `: ${said}`;
    throw new SwarmError(`run: from inside the ${isolation} there is no program ${program}${why}`, {
      code: 'agent-hidden',
      exit: EXIT.usage,
      hint:
        isolation === 'container'
          ? 'put it into the image that workspaces.image names'
          : 'name the folder that it is installed in, with all that it needs, in workspaces.readOnly',
    });
  } finally {
    await runner.close();
    await enclosure.endOthers();
    await enclosure.close();
  }
}
