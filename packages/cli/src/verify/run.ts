// One `swarm verify`, from flags to document: settings as a bisect resolves them, the reproducer where it is asked for, and Ctrl-C.

import { EXIT, SwarmError } from '@swarm/core';
import type { BuildSettings } from '../bisect/settings.js';
import { listenForInterrupt } from '../terminal/interrupt.js';
import type { Status } from '../terminal/status.js';
import type { VerifyDocument } from './document.js';
import { type VerifyFlags, verifySettings } from './flags.js';
import { verify } from './verify.js';

interface Asked {
  readonly settings: BuildSettings;
  readonly members: readonly string[];
  readonly reproducer: VerifyFlags['reproducer'];
  readonly context: { readonly status: Status; readonly signal: AbortSignal };
}

export async function runVerify(
  flags: VerifyFlags,
  members: readonly string[],
  status: Status,
): Promise<VerifyDocument> {
  const settings = await verifySettings(flags, process.cwd());
  if (members.length === 0)
    throw new SwarmError('usage: no member', {
      code: 'usage',
      exit: EXIT.usage,
      hint: 'name units (src/a.c) or functions (src/a.c:parse)',
    });
  const interrupt = listenForInterrupt({
    message: 'verify: interrupted',
    hint: 'run the same command again',
  });
  try {
    return await answer({
      settings,
      members: [...new Set(members)],
      reproducer: flags.reproducer,
      context: { status, signal: interrupt.signal },
    });
  } catch (error) {
    throw interrupt.problem() ?? error;
  } finally {
    interrupt.release();
    status.clear();
  }
}

/** Red by the reproducer settles it; anything else is for the members to say, unless they are not asked. */
async function answer({ settings, members, reproducer, context }: Asked): Promise<VerifyDocument> {
  if (reproducer === undefined) return verify(settings, members, context);
  const { verifyReproducer } = await import('./reproducer.js');
  const first = await verifyReproducer(settings, members, context);
  if (reproducer === 'only' || first.verdict === 'red') return first;
  const rest = await verify(settings, members, context);
  return { ...rest, notes: [...first.notes, ...rest.notes] };
}
