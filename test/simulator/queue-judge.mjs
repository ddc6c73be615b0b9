// Holds a landing queue's run against what must hold, by the hub's own refs and its log of main: each tree that main ever had was
// certified on top of the one before it and passes the tests, main is linear, and no change is lost or landed wrongly.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openHub, openQueue } from '../../packages/tasks/dist/index.js';
import { testOf } from './queue-plan.mjs';
import { LINES, PAIRS } from './queue-project.mjs';

/** Problems as lines, and what happened in figures. */
export async function judge(project, changes) {
  const { git } = project;
  const hub = (...words) => git('hub.git', words);
  const landed = new Map();
  for (const subject of hub('log', '--format=%s', 'main').split('\n').slice(0, -1))
    landed.set(subject, (landed.get(subject) ?? 0) + 1);
  const options = { dir: join(project.dir, 'ann'), random: Math.random };
  const queue = await (await openQueue(options)).list();
  const tasks = new Map((await (await openHub(options)).store.list()).map((task) => [task.id, task]));
  const problems = [...judgeMain(project), ...judgeGroups(changes, landed)];
  let named = 0;
  for (const change of changes) {
    const { id, kind, isTask } = change;
    const times = landed.get(id) ?? 0;
    const out = queue.evicted.get(id);
    const task = tasks.get(id);
    if (times > 1) problems.push(`${id} landed ${times} times`);
    if (kind === 'bad' && times > 0) problems.push(`${id} landed, and is bad`);
    if (kind === 'good' && (times === 0 || out !== undefined))
      problems.push(`${id} is good: ${out?.evidence?.note}`);
    if (isTask && task.state !== (times > 0 ? 'landed' : 'open'))
      problems.push(`${id}: its task is ${task.state}`);
    if (times > 0) continue;
    if (out === undefined) {
      problems.push(`${id} is lost: neither on main nor taken out`);
      continue;
    }
    const { evidence } = out;
    const test = testOf(change);
    if (evidence.with.length > 0) named++;
    if (
      evidence.outcome !== (test === undefined ? 'conflict' : 'rejected') ||
      (test && evidence.tests[0] !== test)
    )
      problems.push(`${id} was taken out for ${JSON.stringify(evidence)}`);
    if (!hub('diff-tree', '--name-only', '-r', `${out.candidate}^^`, `${out.candidate}^`).includes('src/'))
      problems.push(`${id}: its work is lost`);
    if (isTask && task.attempts.at(-1)?.outcome !== evidence.outcome)
      problems.push(`${id}: its task doesn't say why`);
  }
  for (const under of ['queue', 'claims', 'landing'])
    for (const ref of project.refs(under)) problems.push(`left at the hub: ${ref}`);
  return { problems, figures: { landed: landed.size, evicted: queue.evicted.size, named } };
}

function judgeMain({ git, dir }) {
  const hub = (...words) => git('hub.git', words);
  const moves = readFileSync(join(dir, 'hub.git/logs/refs/heads/main'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => line.split(' ').slice(0, 2));
  const good = hub('rev-parse', `${moves[0][1]}:src/line-0`);
  const certificates = new Set(hub('ls-tree', '-r', '--name-only', 'refs/swarm/certificates').split('\n'));
  const tree = (commit) => hub('rev-parse', `${commit}^{tree}`);
  const problems = hub('rev-list', '--min-parents=2', 'main') === '' ? [] : ['main is not linear'];
  for (const [i, [from, to]] of moves.entries()) {
    if (i > 0) {
      const [base, now] = [tree(from), tree(to)];
      if (from !== moves[i - 1][1]) problems.push(`main moved from ${from}, where it was not`);
      if (hub('merge-base', from, to) !== from) problems.push(`main went back at ${to}`);
      if (!certificates.has(`${now.slice(0, 2)}/${now}.${base}`))
        problems.push(`${to} was not gated on ${from}`);
    }
    const files = new Map(
      hub('ls-tree', '-r', to, 'src/')
        .split('\n')
        .map((line) => [line.split('\t')[1], line.split(' ')[2].split('\t')[0]]),
    );
    for (let line = 0; line < LINES; line++)
      if (files.get(`src/line-${line}`) !== good) problems.push(`main at ${to} fails line ${line}`);
    for (let pair = 0; pair < PAIRS; pair++)
      if (files.has(`src/pair/${pair}-a`) && files.has(`src/pair/${pair}-b`))
        problems.push(`main at ${to} fails pair ${pair}`);
  }
  return problems;
}

/** Of changes that don't go together exactly one is on main. */
function judgeGroups(changes, landed) {
  const groups = groupsOf(changes);
  return [...groups].flatMap(([group, members]) => {
    const there = members.filter(({ id }) => landed.has(id));
    return group === undefined || there.length === 1
      ? []
      : [`${group}: ${there.length} of ${members.length} landed`];
  });
}

const groupOf = ({ kind, group }) => (group === undefined ? undefined : `${kind} ${group}`);

function groupsOf(changes) {
  const groups = new Map();
  for (const change of changes) groups.set(groupOf(change), [...(groups.get(groupOf(change)) ?? []), change]);
  return groups;
}
