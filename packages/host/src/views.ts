// Whether programs can be shown a private copy of a tree in the tree's own place: found out by doing it.

import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRunner } from './runner.js';

let answer: Promise<boolean> | undefined;

/** True where a runner may be made with a `view`. Tried once, for real, in a temporary folder. */
export function canUseViews(): Promise<boolean> {
  answer ??= tryView();
  return answer;
}

async function tryView(): Promise<boolean> {
  const dir = await mkdtemp(join(tmpdir(), 'swarm-view-'));
  const [root, copy] = [join(dir, 'root'), join(dir, 'copy')];
  for (const place of [root, copy]) {
    await mkdir(join(place, 'kept'), { recursive: true });
    await writeFile(join(place, 'file'), place);
    await writeFile(join(place, 'kept', 'file'), place);
  }
  const runner = createRunner({ jobs: 1, view: { root, copy, keep: ['kept'] } });
  try {
    const seen = await runner.run({ argv: ['cat', 'file', 'kept/file'], cwd: root, timeLimitMs: 10_000 });
    return seen.stdout === copy + root;
  } catch {
    return false;
  } finally {
    await runner.close();
    await rm(dir, { recursive: true, force: true });
  }
}
