// Checks of the programs around a build: are they there, and which version.

import type { HelperHere } from '@swarm/host';
import { type Bench, type Check, succeeded, tryRun } from './check.js';

interface Tool {
  readonly name: string;
  readonly argv: readonly string[];
  /** `fail` when swarm itself cannot work without it. */
  readonly absent: 'fail' | 'warn';
  readonly next: string;
}

const TOOLS: readonly Tool[] = [
  { name: 'git', argv: ['git', '--version'], absent: 'fail', next: 'install git' },
  {
    name: 'bash',
    argv: ['bash', '--version'],
    absent: 'warn',
    next: 'install bash: views and limits of programs need it',
  },
  { name: 'make', argv: ['make', '--version'], absent: 'warn', next: 'install make, if your build needs it' },
  {
    name: 'cmake',
    argv: ['cmake', '--version'],
    absent: 'warn',
    next: 'install cmake, if your build needs it',
  },
  {
    name: 'ninja',
    argv: ['ninja', '--version'],
    absent: 'warn',
    next: 'install ninja-build, if your build needs it',
  },
  {
    name: 'cvise',
    argv: ['cvise', '--version'],
    absent: 'warn',
    next: 'install cvise for the smallest reproducers (optional)',
  },
];

/** Node's own version against the oldest that works. */
export function checkNode(version: string): Check {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const good = major > 20 || (major === 20 && minor >= 19);
  return good
    ? { name: 'node', state: 'ok', detail: version }
    : { name: 'node', state: 'fail', detail: version, next: 'install Node 20.19 or newer' };
}

const HELPERS = {
  native: 'programs are started by a helper in C',
  bash: 'programs are started by a helper in bash',
  none: 'programs are started by Node itself',
};

/** How swarm starts programs here. */
export function checkHelper({ kind, why }: HelperHere): Check {
  const name = 'helper';
  if (why === undefined) return { name, state: 'ok', detail: HELPERS[kind] };
  const next =
    'with a C compiler (cc) and a cache that can be written (HOME/.cache) programs start in half the time';
  return { name, state: 'warn', detail: `${HELPERS[kind]}: ${why}`, next };
}

export function checkTools(bench: Bench): Promise<Check[]> {
  return Promise.all(TOOLS.map((tool) => checkTool(bench, tool)));
}

async function checkTool(bench: Bench, tool: Tool): Promise<Check> {
  const result = await tryRun(bench, tool.argv);
  if (succeeded(result)) return { name: tool.name, state: 'ok', detail: versionIn(result.stdout) };
  return { name: tool.name, state: tool.absent, detail: 'not found', next: tool.next };
}

/** The first thing that looks like a version number. */
export function versionIn(text: string): string {
  return /\d+(?:\.\d+)+[\w.-]*/.exec(text)?.[0] ?? text.split('\n')[0] ?? '';
}
