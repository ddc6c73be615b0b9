// Writes in a folder that a test has made full or read-only, and prints what came of it as JSON.

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createWorkDir, openJournal, openLog, withLock, writeFileAtomic } from '@swarm/host';

const [dir, mode] = process.argv.slice(2);
const problems = {};

async function attempt(name, act) {
  try {
    await act();
    problems[name] = 'none';
  } catch (error) {
    problems[name] = { code: error.code, exit: error.exit, message: error.message, hint: error.hint };
  }
}

if (mode === 'full') {
  await writeFileAtomic(join(dir, 'old'), 'old');
  const journal = openJournal(join(dir, 'journal'), { schema: 'test/1' });
  await attempt('append', () => {
    for (let i = 0; ; i++) journal.append({ i, filler: 'x'.repeat(1000) });
  });
  const lines = readFileSync(join(dir, 'journal'), 'utf8').split('\n');
  problems.lastLine = lines.at(-1);
  problems.whole = lines.slice(0, -1).every((line) => JSON.parse(line));
  try {
    writeFileSync(join(dir, 'filler'), 'x'.repeat(100_000));
  } catch {
    // Now it is full to the last block.
  }
}
await attempt('atomic', () => writeFileAtomic(join(dir, 'old'), 'y'.repeat(200_000)));
await attempt('log', () => {
  const log = openLog(join(dir, 'run'), 'test');
  for (let i = 0; i < 1000; i++) log.event('filler', { text: 'x'.repeat(1000) });
});
await attempt('journal', () => {
  const journal = openJournal(join(dir, 'journal-2'), { schema: 'test/1' });
  for (let i = 0; i < 1000; i++) journal.append('x'.repeat(1000));
});
await attempt('work', async () => {
  if (mode === 'read-only') await createWorkDir(dir);
});
await attempt('lock', async () => {
  if (mode === 'read-only') await withLock(join(dir, 'lock'), async () => {});
});
problems.old = readFileSync(join(dir, 'old'), 'utf8');
problems.drafts = readdirSync(dir).filter((name) => name.endsWith('.draft'));
console.log(JSON.stringify(problems));
