// When a disk doesn't take what we write: one line for a person, with what to do.

import { EXIT, SwarmError } from '@swarm/core';

const FULL = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);
const CLOSED = new Set(['EROFS', 'EACCES', 'EPERM']);

/** Turn a failed write into `disk-full` or `read-only` (both exit 3); other errors come back as they are. */
export function diskProblem(error: unknown, what: string, path: string): unknown {
  const code = (error as NodeJS.ErrnoException | undefined)?.code ?? '';
  if (FULL.has(code))
    return new SwarmError(`${what} ${path}: the disk is full (${code})`, {
      code: 'disk-full',
      exit: EXIT.environment,
      hint: 'make room and run again; what was written before is kept',
      cause: error,
    });
  if (CLOSED.has(code))
    return new SwarmError(`${what} ${path}: can't be written (${code})`, {
      code: 'read-only',
      exit: EXIT.environment,
      hint: 'make the folder writable, or work in a copy of it',
      cause: error,
    });
  return error;
}
