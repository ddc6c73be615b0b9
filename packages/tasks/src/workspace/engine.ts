// The programs that sandboxes need, tried for real before a workspace is made: bubblewrap, and docker or podman with the image.

import { EXIT, oneLine, SwarmError } from '@swarm/core';
import { createRunner, type ProcessRunner } from '@swarm/host';
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

/** The engine and image for a container. Throws `no-image` (exit 2 and 3) and `no-engine` (exit 3). */
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
      if (await answers([engine, 'image', 'inspect', image]))
        return await tried(engine, image, runner, place);
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

/** Any but those that engines and shells have for their own troubles. */
const STATUS = 7;

/** A container is judged by how it ends: not every engine says so (podman's service tells docker's client 0 for it). */
async function tried(
  engine: string,
  image: string,
  runner: ProcessRunner,
  place: Place,
): Promise<{ engine: string; image: string }> {
  const inside = ['sh', '-c', `exit ${STATUS}`];
  const argv = [engine, 'run', '--rm', '--network', 'none', '--pull', 'never', image, ...inside];
  const { exit, stderr } = await runner.run({ argv, cwd: place.repository, timeLimitMs: 60_000 });
  if (exit.kind === 'exited' && exit.code === STATUS) return { engine, image };
  const wrong = exit.kind === 'exited' && exit.code === 0;
  throw new SwarmError(
    wrong
      ? `workspace: ${engine} says 0 for a program that ended with ${STATUS} in a container: no check could fail`
      : `workspace: ${engine} can't run sh in a container of ${image}: ${lastLine(stderr)}`,
    {
      code: 'no-engine',
      exit: EXIT.environment,
      hint: wrong
        ? 'use the engine itself, or --isolation bubblewrap'
        : `try ${engine} run --rm ${image} true`,
    },
  );
}

const lastLine = (text: string): string => oneLine(text.trim().split('\n').at(-1) ?? '');
