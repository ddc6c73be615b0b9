// One problem, told once: a line for a person, a document for a program, an exit code for a script.

import { EXIT, SwarmError } from '@swarm/core';
import { nearestName } from '@swarm/host';
import { oneLine } from './terminal/line.js';

/** Room for all problems of a config file. */
const MAX_LINE = 1000;

export interface Problem {
  /** `ERROR <what>: <reason>` and, where there is one, a line with what to do next. */
  readonly text: string;
  readonly document: {
    readonly schema: 'swarm.error/1';
    readonly code: string;
    readonly message: string;
    readonly hint?: string;
    readonly exit: number;
  };
  readonly exit: number;
}

/** What oclif's usage errors carry. */
interface OclifError {
  readonly code?: string;
  readonly oclif?: { readonly exit?: number };
  readonly message?: string;
  readonly flags?: readonly string[];
  readonly parse?: { readonly input?: { readonly flags?: Readonly<Record<string, unknown>> } };
}

/** The problem behind anything thrown, or undefined when there is nothing to tell (a plain exit). */
export function describeProblem(error: unknown): Problem | undefined {
  if (error instanceof SwarmError) return problem(error.code, error.message, error.exit, error.hint);
  const oclif = error as OclifError;
  if (oclif.code === 'EEXIT') return undefined;
  if (oclif.oclif !== undefined || oclif.parse !== undefined) {
    const hint = suggestion(oclif) ?? 'run with --help for the commands and flags';
    return problem('usage', usageText(oclif.message ?? 'bad usage'), EXIT.usage, hint);
  }
  const system = systemProblem(error);
  if (system !== undefined) return system;
  const text = error instanceof Error ? error.message : String(error);
  return problem('internal', `swarm: ${text}`, EXIT.environment, 'run again with --debug to see where');
}

/** File system trouble that no deeper layer gave a better name. */
function systemProblem(error: unknown): Problem | undefined {
  const { code, path, syscall } = error as { code?: string; path?: string; syscall?: string };
  const reasons: Record<string, [string, string]> = {
    ENOSPC: ['the disk is full', 'free some space and run again'],
    EROFS: ['the file system is read-only', 'run in a folder that can be written to'],
    EACCES: ['permission denied', 'check who owns it'],
    EPERM: ['not permitted', 'check who owns it'],
    EMFILE: ['too many open files', 'raise the limit with ulimit -n'],
  };
  const known = code === undefined ? undefined : reasons[code];
  if (known === undefined) return undefined;
  const where = path ?? syscall ?? 'file system';
  return problem(`system-${code?.toLowerCase()}`, `${where}: ${known[0]}`, EXIT.environment, known[1]);
}

function problem(code: string, message: string, exit: number, hint?: string): Problem {
  const document = {
    schema: 'swarm.error/1',
    code,
    message,
    exit,
    ...(hint === undefined ? {} : { hint }),
  } as const;
  // Texts of compilers and file names may be in it: it stays one line whatever they hold.
  const line = oneLine(message.replace(/^ERROR /, ''), MAX_LINE);
  const next = hint === undefined ? '' : `  next: ${oneLine(hint, MAX_LINE)}\n`;
  return { text: `ERROR ${line}\n${next}`, document, exit };
}

/** oclif's usage errors span several lines and end with a pointer to the help: keep what was wrong. */
function usageText(message: string): string {
  const lines = message.split('\n').map((line) => line.trim());
  const said = lines.filter(
    (line) => line !== '' && !line.startsWith('See more help') && !line.startsWith('USAGE'),
  );
  return `usage: ${said.join(' ')}`;
}

/** The flag that was probably meant. */
function suggestion({ flags, parse }: OclifError): string | undefined {
  const typed = flags?.[0]?.replace(/^-+/, '');
  const known = Object.keys(parse?.input?.flags ?? {});
  const nearest = typed === undefined ? undefined : nearestName(typed, known);
  return nearest === undefined ? undefined : `did you mean --${nearest}?`;
}
