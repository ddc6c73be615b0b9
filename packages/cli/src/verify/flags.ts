// The flags of `swarm verify`, also as a task's `verify` says them: read back, they are the settings of the job that made the task.

import { Flags, Parser } from '@oclif/core';
import { EXIT, SwarmError } from '@swarm/core';
import { configLayer } from '../bisect/config-layer.js';
import { type BisectFlags, bisectFlags, flagLayer } from '../bisect/flags.js';
import { type BuildSettings, resolveSettings } from '../bisect/settings.js';

/** What a verification builds with and tests by: as a bisect takes it. */
const { target, oracle, build, test, dir, clean, configure, link, rebuild, jobs, repeat } = bisectFlags;

export const verifyFlags = {
  ...{ target, oracle, build, test, dir, clean, configure, link, rebuild, jobs, repeat },
  'target-flags': bisectFlags['target-flags'],
  'oracle-flags': bisectFlags['oracle-flags'],
  'expect-stdout': bisectFlags['expect-stdout'],
  'probe-timeout': bisectFlags['probe-timeout'],
  'compile-commands': bisectFlags['compile-commands'],
  reproducer: Flags.option({
    summary:
      "Ask the reproducer of these members' task: first, and the members only where it is mended; or only it, without a build.",
    options: ['first', 'only'] as const,
  })(),
};

/** What a bisect takes and a verification doesn't ask for. */
const NOT_ASKED = { 'keep-work': false, resume: false } as const;

export type VerifyFlags = Omit<BisectFlags, keyof typeof NOT_ASKED> & {
  readonly reproducer?: 'first' | 'only' | undefined;
};

/** The settings that flags stand for, typed in `cwd`. Throws `usage` (exit 2). */
export async function verifySettings(
  { reproducer: _, ...flags }: VerifyFlags,
  cwd: string,
): Promise<BuildSettings> {
  const typed = flagLayer({ ...flags, ...NOT_ASKED }, cwd);
  const settings = resolveSettings(typed, await configLayer(typed.dir ?? cwd), cwd, false);
  if (settings.kind === 'build') return settings;
  throw new SwarmError('usage: a list of units has no members to compile', {
    code: 'usage',
    exit: EXIT.usage,
    hint: 'give --build and --test',
  });
}

/** The settings of the job that a task's `verify` is about; undefined where it is another command. */
export async function settingsOfVerify(command: string, root: string): Promise<BuildSettings | undefined> {
  const { shellWords } = await import('@swarm/build');
  const words = shellWords(command);
  if (words?.[0] !== 'swarm' || words[1] !== 'verify') return undefined;
  const { flags } = await Parser.parse(words.slice(2), { flags: verifyFlags, args: {}, strict: false });
  return verifySettings(flags as VerifyFlags, root);
}
