// One `swarm verify`, from flags to document: settings as a bisect resolves them, and Ctrl-C.

import { EXIT, SwarmError } from '@swarm/core';
import { configLayer } from '../bisect/config-layer.js';
import { type BisectFlags, flagLayer } from '../bisect/flags.js';
import { resolveSettings } from '../bisect/settings.js';
import { listenForInterrupt } from '../terminal/interrupt.js';
import type { Status } from '../terminal/status.js';
import type { VerifyDocument } from './document.js';
import { verify } from './verify.js';

/** What a bisect takes and a verification doesn't ask for. */
const NOT_ASKED = { 'keep-work': false, resume: false } as const;

export async function runVerify(
  flags: Omit<BisectFlags, keyof typeof NOT_ASKED>,
  members: readonly string[],
  status: Status,
): Promise<VerifyDocument> {
  const cwd = process.cwd();
  const typed = flagLayer({ ...flags, ...NOT_ASKED }, cwd);
  const settings = resolveSettings(typed, await configLayer(typed.dir ?? cwd), cwd, false);
  if (settings.kind !== 'build')
    throw usage('a list of units has no members to compile', 'give --build and --test');
  if (members.length === 0) throw usage('no member', 'name units (src/a.c) or functions (src/a.c:parse)');
  const interrupt = listenForInterrupt({
    message: 'verify: interrupted',
    hint: 'run the same command again',
  });
  try {
    return await verify(settings, [...new Set(members)], { status, signal: interrupt.signal });
  } catch (error) {
    throw interrupt.problem() ?? error;
  } finally {
    interrupt.release();
    status.clear();
  }
}

const usage = (reason: string, hint: string): SwarmError =>
  new SwarmError(`usage: ${reason}`, { code: 'usage', exit: EXIT.usage, hint });
