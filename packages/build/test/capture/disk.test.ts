// A disk that is full or takes no files ends a capture with exit status 3 and one line, whatever it was about to write.

import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Project } from './project.js';

const canMount = (): boolean => {
  try {
    execFileSync('unshare', ['-rm', 'true']);
    return true;
  } catch {
    return false;
  }
};

/** Captures the build in a folder; prints the units, or the error's exit status and its lines. */
const PROGRAM = `
  const { captureBuild } = await import(process.argv[1]);
  const { createRunner } = await import(process.argv[2]);
  const dir = process.argv[3];
  const runner = createRunner();
  try {
    const oracle = { cc: 'gcc', flags: [] };
    const build = 'gcc -c main.c -o main.o && gcc -o prog main.o';
    const plan = await captureBuild({ dir, build, oracle, runner, env: process.env, stateDir: dir + '/.swarm' });
    console.log(plan.units.length + ' units');
  } catch (error) {
    console.log(error.exit + ' ' + error.message.split('\\\\n').length);
  }
  await runner.close();
`;

test.skipIf(!canMount())('a full disk and one that is read-only', async () => {
  const project = Project.of({
    'main.c': 'const char big[900000] = { 1 };\nint main(void) { return 0; }\n',
  });
  mkdirSync(project.path('.swarm'));
  const dist = (name: string) => join(import.meta.dirname, `../../../${name}/dist/index.js`);
  const run = (options: string) =>
    execFileSync(
      'unshare',
      [
        '-rm',
        'sh',
        '-c',
        'mount -t tmpfs -o $1 tmpfs .swarm && shift && exec "$@"',
        'sh',
        options,
        process.execPath,
        '--input-type=module',
        '-e',
        PROGRAM,
        dist('build'),
        dist('host'),
        project.dir,
      ],
      { encoding: 'utf8', cwd: project.dir },
    ).trim();
  try {
    expect(run('size=40m')).toBe('1 units');
    expect(run('size=40m,ro')).toBe('3 1');
    expect(run('size=200k')).toBe('3 1');
    expect(run('size=1200k')).toBe('3 1');
  } finally {
    await project.close();
  }
});
