// What stands around programs: whoever makes their runner, they run inside, and what they may have written leads nowhere else.

import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { project } from '../../../test/kit/folder.ts';
import { createRunner, createTempDir, readSeen, type Surroundings, surrounded } from '../src/index.js';

const folder = project({ outside: 'a secret\n', 'tree/file': 'its own\n', 'work/x': '' });
const left: string[] = [];
const by: Surroundings = {
  folder: folder.path('work'),
  tree: folder.path('tree'),
  enter: ({ argv, cwd, env }) => ({
    argv: [
      'env',
      '-i',
      `--chdir=${cwd}`,
      'PLACE=inside',
      ...Object.entries(env).map((pair) => pair.join('=')),
      ...argv,
    ],
    env: { PATH: process.env.PATH! },
  }),
  leave: async (_, result) => {
    left.push(result.exit.kind);
    return result;
  },
};

/** As a suite does it, which knows nothing of all this. */
async function startedBySomebody(): Promise<string> {
  const runner = createRunner({ jobs: 1 });
  try {
    const env = { ...process.env, OWN: 'said' } as Record<string, string>;
    const file = folder.path('printed');
    await runner.run({
      argv: ['sh', '-c', '/usr/bin/env; pwd'],
      cwd: folder.path('tree'),
      env,
      stdoutFile: file,
    });
    return readFileSync(file, 'utf8');
  } finally {
    await runner.close();
  }
}

describe('within surroundings', () => {
  test('a program gets what all get inside, and what was said for it, but nothing of ours', async () => {
    process.env.SURELY_OURS = 'hidden';
    const seen = (await surrounded(by, startedBySomebody)).split('\n');
    expect(seen).toEqual(expect.arrayContaining(['PLACE=inside', 'OWN=said', folder.path('tree')]));
    expect(seen.join()).not.toContain('SURELY_OURS');
    expect(left).toEqual(['exited']);
    expect(await startedBySomebody()).toContain('SURELY_OURS=hidden');
  });

  test('temporary folders are made where programs see them', async () => {
    const made = await surrounded(by, () => createTempDir());
    expect(made.path.startsWith(folder.path('work'))).toBe(true);
    await made.remove();
  });

  test('a file is read where programs see it, and nowhere else, whatever links there are', async () => {
    const tree = folder.path('tree');
    mkdirSync(join(tree, 'deep'));
    symlinkSync('../file', join(tree, 'deep', 'within'));
    symlinkSync(folder.path('outside'), join(tree, 'link'));
    symlinkSync('../..', join(tree, 'deep', 'up'));
    writeFileSync(folder.path('work/told'), 'told\n');
    const read = (path: string) => surrounded(by, () => readSeen(path));
    expect(await read(join(tree, 'deep', 'within'))).toBe('its own\n');
    expect(await read(folder.path('work/told'))).toBe('told\n');
    for (const path of [
      join(tree, 'link'),
      join(tree, 'deep', 'up', 'outside'),
      folder.path('outside'),
      tree,
      '/dev/zero',
    ])
      await expect(read(path), path).rejects.toMatchObject({ code: 'ENOENT' });
    expect(await readSeen(join(tree, 'link'))).toBe('a secret\n');
  });
});
