// The environment of a session: what is named here or asked for by name, and nothing else of the host's.

import type { BackendDescriptor } from './backend.js';

/** What any program needs to find others and to print text; nothing that names a person or opens a door. */
const PASSED: readonly string[] = ['PATH', 'LANG', 'LC_ALL', 'LC_CTYPE', 'TZ', 'TERM'];

/**
 * The environment for a session of a backend with `home` as its home: all of the config, cache, state and temporary folders that
 * programs look for are in it. `extra` comes last: what a workspace or the config sets.
 */
export function sessionEnvironment(
  host: Readonly<Record<string, string | undefined>>,
  { pass }: Pick<BackendDescriptor, 'pass'>,
  home: string,
  extra: Readonly<Record<string, string>> = {},
): Record<string, string> {
  const passed = [...PASSED, ...pass].flatMap((name) => {
    const value = host[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return {
    ...Object.fromEntries(passed),
    HOME: home,
    XDG_CONFIG_HOME: `${home}/.config`,
    XDG_CACHE_HOME: `${home}/.cache`,
    XDG_DATA_HOME: `${home}/.local/share`,
    XDG_STATE_HOME: `${home}/.local/state`,
    TMPDIR: `${home}/tmp`,
    ...extra,
  };
}
