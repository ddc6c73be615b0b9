// What a gated hub's hook adds to a push of 1,000 commits to main: the same push to the same hub with its hook and without, in turn,
// the least of each compared, since other work on the machine only adds. `--write` puts the line into docs/gated-hub.md.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { initHub, openCertificates, ownGateKey, publicKeyOf } from '../../packages/tasks/dist/index.js';
import { verdict } from './paired.mjs';

const COMMITS = 1000;
const ROUNDS = 40;
const LIMIT_MS = 100;

const dir = mkdtempSync(join(tmpdir(), 'swarm-bench-'));
const git = (where, words, input) =>
  execFileSync('git', words, {
    cwd: join(dir, where),
    encoding: 'utf8',
    stdio: ['pipe', 'pipe', 'pipe'],
    input,
  }).trim();
const timed = (work) => {
  const startedMs = performance.now();
  work();
  return performance.now() - startedMs;
};

/** A history of small changes, as `git fast-import` reads it. */
function history() {
  const who = 'ann <ann@example.com> 1700000000 +0000';
  const parts = Array.from({ length: COMMITS + 1 }, (_, i) => {
    const text = `int f${i}(void) { return ${i}; }\n`;
    return `commit refs/heads/work\ncommitter ${who}\ndata 6\nchange\nM 100644 inline src/f${i % 200}.c\ndata ${text.length}\n${text}\n`;
  });
  return parts.join('');
}

try {
  const key = await ownGateKey({ XDG_CONFIG_HOME: join(dir, 'owner') });
  await initHub(join(dir, 'hub.git'), { signers: [await publicKeyOf(key)] });
  git('.', ['clone', '--quiet', 'hub.git', 'ann']);
  git('ann', ['fast-import', '--quiet'], history());
  const [base, tip] = [`work~${COMMITS}`, 'work'].map((name) => git('ann', ['rev-parse', name]));
  git('ann', ['push', '--quiet', 'origin', `${base}:refs/heads/main`]);
  const tree = (commit) => git('ann', ['rev-parse', `${commit}^{tree}`]);
  const certificates = await openCertificates({ dir: join(dir, 'ann'), random: Math.random, key });
  await certificates.add({ tree: tree(tip), base: tree(base), suite: 'all', environment: 'here' });
  const hook = join(dir, 'hub.git/hooks/pre-receive');
  const push = () => {
    const ms = timed(() => git('ann', ['push', '--quiet', 'origin', `${tip}:refs/heads/main`]));
    git('hub.git', ['update-ref', 'refs/heads/main', base]);
    return ms;
  };
  const plain = () => {
    renameSync(hook, `${hook}.off`);
    try {
      return push();
    } finally {
      renameSync(`${hook}.off`, hook);
    }
  };
  const rounds = Array.from({ length: ROUNDS }, () => ({ bareMs: plain(), gatedMs: push() }));
  const least = (side) => Math.min(...rounds.map((round) => round[side]));
  const [bareMs, gatedMs] = [least('bareMs'), least('gatedMs')];
  verdict(`hook of a gated hub, beyond a push of ${COMMITS} commits`, gatedMs - bareMs, LIMIT_MS, ' ms');
  const line = `A push of ${COMMITS} commits takes ${bareMs.toFixed(0)} ms without the hook and ${gatedMs.toFixed(0)} ms with it, a ratio of ${(gatedMs / bareMs).toFixed(2)} (the least of ${ROUNDS} each, in turn; the hook may add ${LIMIT_MS} ms). \`pnpm bench:hub\``;
  console.log(line);
  if (process.argv.includes('--write')) {
    const page = new URL('../../docs/gated-hub.md', import.meta.url);
    const text = readFileSync(page, 'utf8');
    const filled = text.replace(
      /(<!-- begin bench -->\n)[\s\S]*?(<!-- end bench -->)/,
      (_, begin, end) => `${begin}${line}\n${end}`,
    );
    writeFileSync(page, filled);
  }
} finally {
  rmSync(dir, { recursive: true, force: true });
}
