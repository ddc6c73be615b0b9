// The environment of what a session runs: ours, without what would lead it back to our own repository or to the make that
// may have started us.

const GIT_LOCAL = [
  'GIT_ALTERNATE_OBJECT_DIRECTORIES',
  'GIT_COMMON_DIR',
  'GIT_CONFIG',
  'GIT_CONFIG_COUNT',
  'GIT_CONFIG_PARAMETERS',
  'GIT_DIR',
  'GIT_GRAFT_FILE',
  'GIT_IMPLICIT_WORK_TREE',
  'GIT_INDEX_FILE',
  'GIT_INTERNAL_SUPER_PREFIX',
  'GIT_NO_REPLACE_OBJECTS',
  'GIT_OBJECT_DIRECTORY',
  'GIT_PREFIX',
  'GIT_REPLACE_REF_BASE',
  'GIT_SHALLOW_FILE',
  'GIT_WORK_TREE',
];

const MAKE = ['MAKEFLAGS', 'MFLAGS', 'MAKELEVEL', 'MAKEFILES', 'MAKEOVERRIDES', 'GNUMAKEFLAGS'];

/** For steps and tests. */
export function scrubbed(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const out: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) {
    if (value !== undefined && !GIT_LOCAL.includes(name) && !MAKE.includes(name)) out[name] = value;
  }
  return out;
}

/** For compilers: messages in plain words, dates fixed, and no cache that might hold the other side's objects. */
export function forCompilers(env: Readonly<Record<string, string>>): Record<string, string> {
  return {
    ...env,
    LC_ALL: 'C',
    SOURCE_DATE_EPOCH: env.SOURCE_DATE_EPOCH ?? '0',
    CCACHE_DISABLE: '1',
  };
}
