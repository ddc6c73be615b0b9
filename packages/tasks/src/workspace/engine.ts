// The programs that sandboxes need, tried for real before a workspace is made: bubblewrap, and docker or podman with the image.

import { EXIT, SwarmError } from '@swarm/core';
import { createRunner } from '@swarm/host';
import type { Place } from './place.js';

/** Throws `no-bubblewrap` (exit 3). */
export async function checkBubblewrap(place: Place): Promise<void> {
  const runner = createRunner({ jobs: 1 });
  try {
    const argv = ['bwrap', '--unshare-all', '--ro-bind', '/', '/', '--proc', '/proc', 'true'];
    const { exit, stderr } = await runner.run({ argv, cwd: place.repository, timeLimitMs: 60_000 });
    if (exit.kind === 'exited' && exit.code === 0) return;
    const reason = exit.kind === 'not-started' ? exit.reason : stderr.trim();
    throw new SwarmError(`workspace: bubblewrap doesn't work here: ${reason}`, {
      code: 'no-bubblewrap',
      exit: EXIT.environment,
      hint: 'install bubblewrap and allow user namespaces, or use --isolation clone',
    });
  } finally {
    await runner.close();
  }
}

const ENGINES = ['podman', 'docker'];

/** The engine and image for a container. Throws `no-image` (exit 2), `no-engine` and `container-missing` (exit 3). */
export async function checkContainer(
  place: Place,
  request: { readonly image?: string; readonly engine?: string },
): Promise<{ engine: string; image: string }> {
  const { image } = request;
  if (image === undefined)
    throw new SwarmError('workspace: a container needs an image', {
      code: 'no-image',
      exit: EXIT.usage,
      hint: 'name one with --image, or as workspaces.image in swarm.config.yaml',
    });
  const runner = createRunner({ jobs: 1 });
  const answers = async (argv: readonly string[]) => {
    const { exit } = await runner.run({ argv, cwd: place.repository, timeLimitMs: 60_000 });
    return exit.kind === 'exited' && exit.code === 0;
  };
  try {
    for (const engine of request.engine === undefined ? ENGINES : [request.engine]) {
      if (!(await answers([engine, '--version']))) continue;
      if (await answers([engine, 'image', 'inspect', image])) return { engine, image };
      throw new SwarmError(`workspace: ${engine} has no image ${image}`, {
        code: 'no-image',
        exit: EXIT.environment,
        hint: `get it with ${engine} pull ${image}, or build it`,
      });
    }
  } finally {
    await runner.close();
  }
  throw new SwarmError(`workspace: ${request.engine ?? 'neither podman nor docker'} can be run here`, {
    code: 'no-engine',
    exit: EXIT.environment,
    hint: 'install podman or docker, or use --isolation bubblewrap',
  });
}
