// Holds what happened against what must hold: the hub's own log of pushes, its refs and history, and the agents' diaries.

import { openHub } from '../../packages/tasks/dist/index.js';
import { git } from './world.mjs';

const NONE = /^0+$/;
const CLAIMS = 'refs/swarm/claims/';

/** Problems, as lines; none when all is well. `expected`: tasks that must have landed, and that must be superseded. */
export async function judge(world, diary, expected) {
  const pushes = world.pushes();
  return [
    ...(await judgeMain(world, expected.landed)),
    ...(await judgeTasks(world, expected)),
    ...(await judgeLeftClaims(world)),
    ...judgePushes(pushes, expected.landed),
    ...judgeChains(pushes),
    ...judgeHolds(diary),
  ];
}

/** Main is linear, and each commit on it is one task's work. */
async function judgeMain(world, landed) {
  const log = await git(
    world.hubDir,
    'log',
    '--format=%H %P|%(trailers:key=Task,valueonly,separator=%x2C)',
    'main',
  );
  const commits = log
    .trim()
    .split('\n')
    .map((line) => line.split('|'));
  const problems = [];
  const works = new Map();
  for (const [ids, task] of commits.slice(0, -1)) {
    if (ids.split(' ').length !== 2) problems.push(`main: ${ids} has not one parent`);
    if (task === '') problems.push(`main: ${ids} is no work`);
    works.set(task, (works.get(task) ?? 0) + 1);
  }
  for (const [task, count] of works) if (count > 1) problems.push(`main: ${task} landed ${count} times`);
  for (const task of landed) if (!works.has(task)) problems.push(`main: ${task} never landed`);
  if (works.size !== landed.length) problems.push(`main: ${works.size} works, ${landed.length} expected`);
  return problems;
}

/** Each task is closed as it should be, by one landing. */
async function judgeTasks(world, { landed, superseded }) {
  const hub = await openHub({ dir: world.clone('founder'), random: Math.random, clock: world.clock.clock });
  const tasks = new Map((await hub.store.list()).map((task) => [task.id, task]));
  const problems = [];
  for (const [ids, state] of [
    [landed, 'landed'],
    [superseded, 'superseded'],
  ])
    for (const id of ids) {
      const task = tasks.get(id);
      if (task?.state !== state) problems.push(`task ${id}: ${task?.state}, not ${state}`);
      const landings = task?.attempts.filter(({ outcome }) => outcome === 'landed').length;
      if (landings !== (state === 'landed' ? 1 : 0))
        problems.push(`task ${id}: ${landings} landings recorded`);
    }
  return problems;
}

async function judgeLeftClaims(world) {
  const left = (await git(world.hubDir, 'for-each-ref', '--format=%(refname)', CLAIMS)).trim();
  return left === '' ? [] : left.split('\n').map((ref) => `claim left behind: ${ref}`);
}

/** Who moves main ends a claim and closes a task in the same push. */
function judgePushes(pushes, landed) {
  const moves = pushes.filter((push) => push.some(({ ref }) => ref === 'refs/heads/main')).slice(1);
  const problems = moves
    .filter(
      (push) =>
        push.length !== 3 ||
        !push.some(({ ref }) => ref === 'refs/swarm/tasks') ||
        !push.some(({ ref, to }) => ref.startsWith(CLAIMS) && NONE.test(to)),
    )
    .map((push) => `a push moved main by itself: ${JSON.stringify(push)}`);
  if (moves.length !== landed.length)
    problems.push(`main moved ${moves.length} times, for ${landed.length} tasks`);
  return problems;
}

/** The moves of each claim are one path through the objects: nobody replaced what he had not seen. */
function judgeChains(pushes) {
  const byRef = new Map();
  for (const move of pushes.flat().filter(({ ref }) => ref.startsWith(CLAIMS)))
    byRef.set(move.ref, [...(byRef.get(move.ref) ?? []), move]);
  const problems = [];
  for (const [ref, moves] of byRef) {
    let now = '0';
    const left = [...moves];
    while (left.length > 0) {
      // The log's order is that of the hooks, which may overtake each other.
      const next = left.findIndex(({ from }) => from === now || (NONE.test(from) && NONE.test(now)));
      if (next < 0) {
        problems.push(`${ref}: its history is torn`);
        break;
      }
      now = left.splice(next, 1)[0].to;
    }
    if (!NONE.test(now)) problems.push(`${ref}: never ended`);
  }
  return problems;
}

/** No two sessions believed to hold one task at one time; a claim is only taken over from a session that has ended without a word. */
function judgeHolds({ holds }) {
  const problems = [];
  const byTask = new Map();
  for (const hold of holds) byTask.set(hold.task, [...(byTask.get(hold.task) ?? []), hold]);
  for (const [task, all] of byTask) {
    all.sort((a, b) => a.fromMs - b.fromMs);
    for (const [i, hold] of all.entries()) {
      const next = all[i + 1];
      if (hold.toMs === undefined) problems.push(`${task}: ${hold.session} never ended`);
      if (next !== undefined && hold.toMs > next.fromMs)
        problems.push(`${task}: held twice, by ${hold.session} and ${next.session}`);
      if (next !== undefined && hold.end === 'landed') problems.push(`${task}: claimed after it had landed`);
    }
  }
  return problems;
}

/** How many tasks two sessions held at one time. */
export const doubleHolds = (diary) => judgeHolds(diary).filter((line) => line.includes('held twice')).length;
