// What must hold at the end of a simulation of runs, however it went.

import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

const quietly = (read, otherwise) => {
  try {
    return read();
  } catch {
    return otherwise;
  }
};

/** This process and those that started it: a folder that was named on their command lines is no sign. */
function ownLine() {
  const line = new Set();
  for (let pid = process.pid; pid > 1; ) {
    line.add(pid);
    pid = Number(
      /^PPid:\s*(\d+)/m.exec(quietly(() => readFileSync(`/proc/${pid}/status`, 'utf8'), ''))?.[1] ?? 0,
    );
  }
  return line;
}

/** Processes that have the cookie in their arguments, their environment or their folder. Linux only. */
export function processesOf(cookie) {
  const own = ownLine();
  return readdirSync('/proc').flatMap((name) => {
    const pid = Number(name);
    if (!Number.isInteger(pid) || own.has(pid)) return [];
    const command = quietly(() => readFileSync(`/proc/${pid}/cmdline`, 'utf8'), '').replaceAll('\0', ' ');
    const places = [
      command,
      quietly(() => readFileSync(`/proc/${pid}/environ`, 'utf8'), ''),
      quietly(() => readlinkSync(`/proc/${pid}/cwd`), ''),
    ];
    return command !== '' && places.some((text) => text.includes(cookie)) ? [{ pid, command }] : [];
  });
}

/** Figures, and every rule that was broken. */
export async function judge(project, tasks) {
  const { at, git, place } = project;
  const problems = [];
  git('fetch', '--quiet', 'origin');
  const log = git('log', '--format=%H %(trailers:key=Task,valueonly,separator=%x2C)', 'origin/main').split(
    '\n',
  );
  const landings = log.map((line) => line.split(' ')[1]).filter((task) => task !== undefined && task !== '');
  const landed = new Set(landings);
  if (landings.length !== landed.size) problems.push(`${landings.length - landed.size} tasks landed twice`);
  if (log.length - landings.length !== 1)
    problems.push(`${log.length - landings.length - 1} commits on main are no work`);
  if (git('show', 'origin/main:kept.txt') !== 'kept') problems.push('bad work has landed');
  const touched = git(
    'log',
    '--format=',
    '--name-only',
    'origin/main',
    '--',
    'kept.txt',
    'tests',
    'swarm.config.yaml',
  );
  if (touched.split('\n').filter((line) => line !== '').length !== 3)
    problems.push('a change that must not land has landed');
  for (let n = 0; n < tasks; n++) {
    const text = quietly(() => git('show', `origin/main:work/t${n}.txt`), undefined);
    if (text !== String(n)) problems.push(`task t${n}: its work is not on main`);
  }
  const claims = git('ls-remote', 'origin', 'refs/swarm/claims/*');
  if (claims !== '') problems.push(`claims are left: ${claims.split('\n').length}`);
  const kept = git('for-each-ref', '--format=%(refname)', 'refs/swarm-kept');
  if (kept !== '') problems.push(`work is left: ${kept.split('\n').length}`);
  const spaces = quietly(() => readdirSync(at('checkout/.swarm/workspaces/at')), []);
  if (spaces.length > 0) problems.push(`workspaces are left: ${spaces.join(', ')}`);
  const waste = readdirSync(at('tmp'));
  if (waste.length > 0) problems.push(`temporary files are left: ${waste.slice(0, 5).join(', ')}`);
  for (let tries = 0; tries < 20 && processesOf(place).length > 0; tries++) await sleep(100);
  for (const { pid, command } of processesOf(place)) problems.push(`a process is left: ${pid} ${command}`);
  return { figures: { landed: landed.size, ...diaryOf(project) }, problems };
}

/** What sessions were paid for, and how many good ones more than once. */
function diaryOf({ at }) {
  const lines = readFileSync(at('diary'), 'utf8')
    .split('\n')
    .filter((line) => line !== '');
  const deeds = {};
  const finished = new Map();
  for (const line of lines) {
    const [task, deed] = line.split(' ');
    if (deed === 'finished-good') finished.set(task, (finished.get(task) ?? 0) + 1);
    if (!deed.startsWith('finished-')) deeds[deed] = (deeds[deed] ?? 0) + 1;
  }
  const again = [...finished.values()].reduce((sum, times) => sum + times - 1, 0);
  return { sessions: Object.values(deeds).reduce((sum, n) => sum + n, 0), deeds, goodAgain: again };
}
