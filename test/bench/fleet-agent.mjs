// The agent of `bench/fleet.mjs`: sleeps, and writes one file. An agent's first session is shorter, by chance, so that not all of them end at once;
// it isn't measured. Its arguments: a folder for marks, and how many milliseconds a session takes.

import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export default async function work(stage, marks, sessionMs) {
  const [, task, agent] = /^Task `([^`]+)`, claimed for you \(`([^`]+)`\)/m.exec(stage.prompt);
  const mark = join(marks, agent);
  const isFirst = !existsSync(mark);
  writeFileSync(mark, '');
  await stage.wait(Number(sessionMs) * (isFirst ? Math.random() : 1));
  stage.edit(`work/${task}.txt`, { text: `${task.slice(1)}\n` });
}
