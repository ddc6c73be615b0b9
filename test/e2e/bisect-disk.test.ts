// A disk that is full at any stage, and a folder that can't be written: one line, exit 3, nothing half-written, and
// the same job goes on once there is room. The disks are small file systems that only the test's processes see.

import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { project } from '../kit/folder.ts';
import { needs } from '../kit/needs.ts';
import { processesLeft } from '../kit/processes.ts';
import { start, swarmArgv } from '../kit/swarm.ts';

const PROGRAM = {
  Makefile: 'prog: main.o sum.o\n\t$(CC) -o prog main.o sum.o\nclean:\n\trm -f *.o prog\n',
  'main.c': 'int sum(int, int);\nint main(void) { return sum(1, 2) != 3; }\n',
  'sum.c': 'int sum(int a, int b) { return a + b; }\n',
  other: '#!/bin/sh\nexec gcc -O1 -fno-omit-frame-pointer "$@"\n',
};
const JOB = ['bisect', '--target', './other', '--build', 'make', '--clean', 'make clean', '--test', './prog'];
/** Mounts of its own, as root of its own where we aren't root. */
const APART = process.getuid?.() === 0 ? ['unshare', '-m'] : ['unshare', '-rm'];

/** True when this system lets a test mount something for itself. */
function canMount(): boolean {
  if (!needs('unshare')) return false;
  const { dir } = project();
  const tried = spawnSync(APART[0]!, [...APART.slice(1), 'mount', '-t', 'tmpfs', 'tmpfs', dir]);
  return tried.status === 0 || needs('permission to mount');
}

/** A shell script in which `$disk` is a folder for mounts, `$program` has the program and `job` bisects. */
function apart(script: string) {
  const program = project(PROGRAM);
  const disk = project();
  const job = `job() { (cd "$disk" && "$@"); }\n${script}`;
  const argv = [...APART, 'sh', '-c', job, 'sh', ...swarmArgv(JOB)];
  return { disk, ended: start(argv, { env: { disk: disk.dir, program: program.dir } }).ended };
}

describe.runIf(needs('gcc', 'make') && canMount())('a disk', () => {
  test.each(['24k', '64k', '96k', '128k', '160k'])('that is full after %s', async (size) => {
    const { disk, ended } = apart(`
      mount -t tmpfs -o size=${size} tmpfs "$disk" && cp "$program"/* "$disk" || exit 99
      job "$@"; echo "exit $?"
      find "$disk" -name '*.draft' -o -path '*/.swarm/work/*'
      mount -o remount,size=8m "$disk"
      job "$@"; echo "then $?"`);
    const { stdout, stderr } = await ended;
    expect(stderr).toMatch(/^ERROR [^\n]*(disk is full|disk full)[^\n]*\n {2}next: [^\n]*\n$/);
    expect(stdout).toMatch(/^exit 3\nPASS: [\s\S]*\nthen 4\n$/);
    expect(await processesLeft(disk.dir)).toEqual([]);
  });

  test('that is read-only', async () => {
    const { disk, ended } = apart(`
      cp "$program"/* "$disk" && mount --bind "$disk" "$disk" && mount -o remount,bind,ro "$disk" || exit 99
      job "$@"; echo "exit $?"`);
    const { stdout, stderr } = await ended;
    expect(stderr).toMatch(/^ERROR state folder [^\n]*can't be written[^\n]*\n {2}next: [^\n]*\n$/);
    expect(stdout).toBe('exit 3\n');
    expect(await processesLeft(disk.dir)).toEqual([]);
  });
});
