// `npm run demo:fleet`: the whole story on the example compiler, without a network. Its failures against gcc become tasks, four agents
// take them, and what the gate allows lands, until the compiler builds its program right. The agents are scripts that know the fixes.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const setup = spawnSync(process.execPath, [join(root, '.ci', 'setup.mjs')], { stdio: 'inherit' });
if (setup.status !== 0) process.exit(setup.status ?? 3);

const place = mkdtempSync(join(tmpdir(), 'swarm-demo-'));
const project = join(place, 'toycc');
const bin = join(place, 'bin');
const made = /\/(dist|build|\.swarm)$/;
cpSync(join(root, 'fixtures', 'toycc'), project, { recursive: true, filter: (path) => !made.test(path) });
mkdirSync(bin);
const swarm = join(root, 'packages', 'cli', 'bin', 'run.js');
writeFileSync(join(bin, 'swarm'), `#!/bin/sh\nexec '${process.execPath}' '${swarm}' "$@"\n`, { mode: 0o755 });

const author = { NAME: 'Demo', EMAIL: 'demo@localhost' };
const people = ['AUTHOR', 'COMMITTER'].flatMap((who) =>
  Object.entries(author).map(([what, value]) => [`GIT_${who}_${what}`, value]),
);
const env = {
  ...process.env,
  PATH: [bin, join(root, 'node_modules', '.bin'), process.env.PATH].join(delimiter),
  // Nobody's own settings, keys or hooks.
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
  ...Object.fromEntries(people),
};

/** Run one step as it is typed; `statuses`: how it may end. */
function step(command, statuses = [0]) {
  process.stdout.write(`\n$ ${command}\n`);
  const { status } = spawnSync('sh', ['-c', command], { cwd: project, env, stdio: 'inherit' });
  if (statuses.includes(status)) return;
  process.stdout.write(`ERROR demo: it ended with ${status}; the project is in ${project}\n`);
  process.exit(1);
}

const agent = join(root, 'fixtures', 'toycc-fixes', 'agent.mjs');
const startedMs = performance.now();
step(
  'git init --quiet --initial-branch=main && git add --all && git commit --quiet -m "A compiler with bugs"',
);
step('swarm hub init ../hub.git && git remote add origin ../hub.git && git push --quiet origin main');
step('make -s');
step('make -s -C program test CC=../toycc', [0, 1, 2]);
step('swarm bisect --emit-tasks --no-labels');
step('swarm task list');
step(`swarm run -n 4 --backend script --until empty -- '${agent}'`);
step('git pull --quiet origin main && make -s && make -s -C program clean');
step('make -s -C program test CC=../toycc && echo "the program is right"');
step('swarm sample-test --fraction 100%');
process.stdout.write(
  `\nfrom failing program to landed fixes in ${Math.round((performance.now() - startedMs) / 1000)} s\n`,
);
rmSync(place, { recursive: true, force: true });
