// The agent of the simulation of runs: what it does in a session is decided by chance, from the seed, its task and how many sessions that
// task has had. Every session leaves a line in the diary, so that the judge knows what was paid for.
// Its arguments: the diary, the seed, the most milliseconds of a session, and the shares of bad deeds as JSON.

import { appendFileSync, readFileSync } from 'node:fs';
import { randomFrom } from '../random.mjs';

export default async function work(stage, diary, seed, mostMs, shares) {
  const task = /^Task `([^`]+)`/m.exec(stage.prompt)[1];
  const number = Number(task.slice(1));
  const nth = readFileSync(diary, 'utf8')
    .split('\n')
    .filter((line) => line.startsWith(`${task} `)).length;
  const random = randomFrom(Number(seed) * 1_000_003 + number * 31 + nth);
  const deed = pick(JSON.parse(shares), random());
  appendFileSync(diary, `${task} ${deed}\n`);
  await stage.wait(Number(mostMs) * random());
  stage.use({ input: 1000, output: 100, usd: 0.01 });
  if (deed === 'rate-limit') return stage.refuse(429);
  if (deed === 'crash') return stage.crash();
  if (deed === 'hang') await stage.hang();
  stage.edit(`work/${task}.txt`, { text: `${number}\n` });
  if (deed === 'bad') stage.edit('kept.txt', { text: `broken by ${task}\n` });
  if (deed === 'tamper') {
    stage.edit('kept.txt', { text: `broken by ${task}\n` });
    stage.edit('tests/kept.sh', { text: 'exit 0\n' });
  }
  appendFileSync(diary, `${task} finished-${deed}\n`);
}

function pick(shares, lot) {
  let sum = 0;
  for (const [deed, share] of Object.entries(shares)) {
    sum += share;
    if (lot < sum) return deed;
  }
  return 'good';
}
