// What a test file says about how it is run, in a comment of any language near its beginning: `swarm: timeout=5 expect=fail`.

import { closeSync, readSync } from 'node:fs';
import { openSeen } from '@swarm/host';

export interface Directives {
  readonly timeLimitMs?: number;
  readonly expect?: 'pass' | 'fail';
  readonly leaks?: 'fail' | 'allow';
  /** Why it isn't run. */
  readonly skip?: string;
  /** For C programs: DejaGnu's `dg-options` and `dg-additional-options`, without those for some machines only. */
  readonly options: string;
  /** What can't be understood; the test is not run then. */
  readonly problem?: string;
}

const HEAD_BYTES = 4096;
const LINE = /(?:^|[\s#/*;%-])swarm:((?:[ \t]+[\w-]+=[^\s*]+)+)/g;
/** The options, and the `{` of a condition. */
const DEJAGNU = /\{\s*dg-(?:additional-)?options\s+(?:\{\s*)?"([^"]*)"(?:\s*\})?\s*(\{)?/g;

const NONE: Directives = { options: '' };

/** Read a test file's directives; none where it can't be read. */
export function readDirectives(file: string): Directives {
  const head = headOf(file);
  return head.includes('swarm:') || head.includes('dg-') ? parseDirectives(head) : NONE;
}

function parseDirectives(head: string): Directives {
  const found: { -readonly [key in keyof Directives]: Directives[key] } = {
    options: [...head.matchAll(DEJAGNU)]
      .filter(([, , condition]) => condition === undefined)
      .map(([, options]) => options)
      .join(' '),
  };
  for (const [, pairs] of head.matchAll(LINE))
    for (const pair of pairs!.trim().split(/\s+/)) {
      const [key, value] = [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)];
      const limit = /^(\d+(?:\.\d+)?)s?$/.exec(value)?.[1];
      if (key === 'timeout' && Number(limit) > 0) found.timeLimitMs = Number(limit) * 1000;
      else if (key === 'expect' && (value === 'pass' || value === 'fail')) found.expect = value;
      else if (key === 'leaks' && (value === 'allow' || value === 'fail')) found.leaks = value;
      else if (key === 'skip') found.skip = value;
      else
        found.problem = `directive ${pair}: known are timeout=SECONDS, expect=pass|fail, leaks=fail|allow, skip=WHY`;
    }
  return found;
}

/** One for all: each head is read and taken out of it at once. */
const HEAD = Buffer.alloc(HEAD_BYTES);

function headOf(file: string): string {
  try {
    const fd = openSeen(file);
    try {
      return HEAD.toString('latin1', 0, readSync(fd, HEAD, 0, HEAD_BYTES, 0));
    } finally {
      closeSync(fd);
    }
  } catch {
    return '';
  }
}
