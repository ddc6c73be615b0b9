// Why a program could not be started, in words.

import { accessSync, constants, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { RunRequest } from './process.js';

/** What bash and execvp search when there is no PATH. */
const DEFAULT_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** No system takes as many characters; a helper would have to, only to hear that. */
const MOST_ARGUMENTS = 16 * 1024 * 1024;

/** The first reason that would keep this request from starting; undefined when none can be seen. */
export function startFailure(request: RunRequest, path: string | undefined): string | undefined {
  return (
    folderFailure(request.cwd) ??
    streamFailure(request) ??
    programFailure(request.argv[0] ?? '', request.cwd, path ?? DEFAULT_PATH)
  );
}

/** Requests that no system can run, whatever is on its disks. */
export function malformed(request: RunRequest): string | undefined {
  if (request.argv.length === 0) return 'no program given';
  const { argv, cwd, env, stdin, stdoutFile, stderrFile, label } = request;
  const text = [...argv, cwd, stdin, stdoutFile, stderrFile, label].join(' ');
  if (text.includes('\0') || (env !== undefined && envHasNul(env))) return 'an argument holds a NUL byte';
  if (text.length > MOST_ARGUMENTS) return 'Argument list too long';
  if (!request.cwd.startsWith('/')) return `${request.cwd}: the working folder must be an absolute path`;
  return undefined;
}

const hasNul = (text: string | undefined): boolean => text?.includes('\0') === true;

/** Most runs share an environment. */
const CLEAN = new WeakSet<object>();

function envHasNul(env: Readonly<Record<string, string>>): boolean {
  if (CLEAN.has(env)) return false;
  if (Object.entries(env).flat().some(hasNul)) return true;
  CLEAN.add(env);
  return false;
}

function folderFailure(cwd: string): string | undefined {
  const stat = statSync(cwd, { throwIfNoEntry: false });
  if (stat === undefined) return `${cwd}: no such folder`;
  if (!stat.isDirectory()) return `${cwd}: not a folder`;
  return allows(cwd, constants.X_OK) ? undefined : `${cwd}: permission denied`;
}

function streamFailure({ cwd, stdin, stdoutFile, stderrFile }: RunRequest): string | undefined {
  if (stdin !== undefined && !allows(resolve(cwd, stdin), constants.R_OK)) return `${stdin}: can't be read`;
  for (const file of [stdoutFile, stderrFile]) {
    if (file === undefined) continue;
    const full = resolve(cwd, file);
    const exists = statSync(full, { throwIfNoEntry: false });
    if (exists?.isDirectory() || !allows(exists ? full : dirname(full), constants.W_OK))
      return `${file}: can't be written`;
  }
  return undefined;
}

function programFailure(program: string, cwd: string, path: string): string | undefined {
  const candidates = program.includes('/')
    ? [resolve(cwd, program)]
    : path.split(':').map((folder) => resolve(cwd, folder, program));
  const found = candidates.filter((file) => program !== '' && statOf(file) !== undefined);
  if (found.length === 0) return `${program}: not found`;
  const files = found.filter((file) => statOf(file)?.isFile());
  if (files.length === 0) return `${program}: is a folder`;
  return files.some((file) => allows(file, constants.X_OK)) ? undefined : `${program}: not executable`;
}

function statOf(file: string) {
  try {
    return statSync(file, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

function allows(file: string, mode: number): boolean {
  try {
    accessSync(file, mode);
    return true;
  } catch {
    return false;
  }
}
