// A small project at a hub with a landing queue: cheap tests that say exactly which changes go together. Changes are commits on
// top of main, made without a working tree.
//
// `tests/line-N.sh` passes while `src/line-N` says ok. `tests/pair-N.sh` fails where `src/pair/N-a` and `src/pair/N-b` are both
// there. So a change can be bad by itself, or only together with another one.

import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const RUN = fileURLToPath(new URL('../../packages/cli/bin/run.js', import.meta.url));
export const LINES = 6;
export const PAIRS = 4;

const CONFIG = `tests:
  suites:
    - name: lines
      glob: 'tests/*.sh'
      run: sh {}
  jobs: 2
gate:
  tests: ['tests/**']
run:
  backend: script
  attempts: 1
`;

/** `gated`: the hub wants certificates. */
export function makeProject({ gated = false } = {}) {
  const dir = mkdtempSync(join(tmpdir(), 'swarm-queue-'));
  const env = {
    ...process.env,
    SWARM_GATE_KEY: join(dir, gated ? 'key' : 'no-key'),
    GIT_AUTHOR_NAME: 'ann',
    GIT_AUTHOR_EMAIL: 'ann@example.com',
    GIT_COMMITTER_NAME: 'ann',
    GIT_COMMITTER_EMAIL: 'ann@example.com',
  };
  const git = (where, words, more = {}) =>
    execFileSync('git', words, {
      cwd: join(dir, where),
      encoding: 'utf8',
      stdio: ['pipe', 'pipe', 'pipe'],
      ...more,
      env: { ...env, ...more.env },
    }).trim();
  const swarmArgv = (args) => [process.execPath, RUN, ...args];
  const swarm = (where, ...args) => {
    const [program, ...words] = swarmArgv(args);
    return execFileSync(program, words, { cwd: join(dir, where), env, encoding: 'utf8' });
  };
  const write = (where, files) => {
    for (const [file, text] of Object.entries(files)) {
      const path = join(dir, where, file);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text);
    }
  };
  const clone = (name) => {
    git('.', ['clone', '--quiet', 'hub.git', name]);
    git(name, ['config', 'user.name', name]);
    git(name, ['config', 'user.email', `${name}@example.com`]);
  };
  swarm('.', 'hub', 'init', 'hub.git', ...(gated ? ['--gate'] : []));
  git('hub.git', ['config', 'core.logAllRefUpdates', 'always']);
  clone('ann');
  const numbers = (n) => Array.from({ length: n }, (_, i) => i);
  write('ann', {
    'swarm.config.yaml': CONFIG,
    '.gitignore': '.swarm\n',
    'src/pair/none': '',
    ...Object.fromEntries(
      numbers(LINES).flatMap((i) => [
        [`src/line-${i}`, 'ok\n'],
        [`tests/line-${i}.sh`, `grep -qx ok src/line-${i}\n`],
      ]),
    ),
    ...Object.fromEntries(
      numbers(PAIRS).map((i) => [`tests/pair-${i}.sh`, `! [ -e src/pair/${i}-a -a -e src/pair/${i}-b ]\n`]),
    ),
  });
  git('ann', ['add', '--all']);
  git('ann', ['commit', '--quiet', '-m', 'begin']);
  git('ann', ['push', '--quiet', 'origin', 'HEAD:main']);
  git('ann', ['fetch', '--quiet', 'origin']);

  /** A commit of these files (undefined: deleted) on top of `base`, in a clone. */
  const change = (where, name, files, base = 'origin/main') => {
    const index = { GIT_INDEX_FILE: join(dir, `${where}.index`) };
    git(where, ['read-tree', base], { env: index });
    for (const [file, text] of Object.entries(files)) {
      const blob = text === undefined ? '' : git(where, ['hash-object', '-w', '--stdin'], { input: text });
      const how =
        text === undefined ? ['--force-remove', file] : ['--add', '--cacheinfo', `100644,${blob},${file}`];
      git(where, ['update-index', ...how], { env: index });
    }
    const tree = git(where, ['write-tree'], { env: index });
    const commit = git(where, ['commit-tree', tree, '-p', base, '-m', name]);
    git(where, ['update-ref', `refs/heads/change-${name}`, commit]);
    return commit;
  };
  const refs = (under) =>
    git('hub.git', ['for-each-ref', '--format=%(refname:lstrip=2)', `refs/swarm/${under}`])
      .split('\n')
      .filter((line) => line !== '');
  return {
    ...{ dir, env, git, swarm, swarmArgv, clone, change, refs, write },
    remove: () => rmSync(dir, { recursive: true, force: true }),
  };
}
