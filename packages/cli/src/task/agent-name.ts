// The name under which a working copy claims tasks, unless it is given one: the same each time, and another one elsewhere.

import { createHash } from 'node:crypto';
import { hostname } from 'node:os';
import { basename } from 'node:path';
import { EXIT, SwarmError } from '@swarm/core';

/**
 * The given name, checked, or one for the working copy at `top`. Throws `bad-agent` (exit 2). Names are for people: what
 * tells two agents of one name apart is the token of a claim, which stays in the working copy that took it.
 */
export function agentName(given: string | undefined, top: string): string {
  if (given === undefined || given === '') return ownName(top);
  if (/^[\w.@:+-]{1,64}$/.test(given)) return given;
  throw new SwarmError(`agent ${JSON.stringify(given.slice(0, 80))}: not a name`, {
    code: 'bad-agent',
    exit: EXIT.usage,
    hint: 'up to 64 letters, digits, and . _ - @ : +',
  });
}

function ownName(top: string): string {
  const plain = (text: string) => text.replace(/[^\w.-]+/g, '-').slice(0, 24);
  const mark = createHash('sha256').update(`${hostname()}\0${top}`).digest('hex').slice(0, 4);
  return `${plain(hostname())}.${plain(basename(top))}.${mark}`;
}
