// `--rebuild`: the project's own build runs for each probe, with the chosen objects handed out by the shim.

import { createRunner } from '@swarm/host';
import { expect, test } from 'vitest';
import { captureBuild } from '../../src/capture/capture.js';
import { callee, callers, outcome, project, session } from './project.js';

for (const clean of ['make clean', undefined])
  test(`selections come out of the build itself, ${clean ?? 'without a clean command'}`, async () => {
    const of = project({
      files: {
        'main.c': callers('b', 'c'),
        'b.c': callee('b', 1),
        'c.c': callee('c', 2),
        expected: '1\n2\n',
        Makefile:
          'OBJS = main.o b.o c.o\nprog: $(OBJS)\n\t$(CC) -o $@.tmp $(OBJS)\n\tsed p /dev/null\n\tmv $@.tmp $@\n%.o: %.c\n\t$(CC) -O1 -c -o $@ $<\nclean:\n\trm -f *.o prog\n',
      },
    });
    const runner = createRunner();
    const env = process.env as Record<string, string>;
    const stateDir = of.path('.swarm');
    const plan = await captureBuild({
      dir: of.root,
      build: 'make',
      clean: 'make clean',
      oracle: { cc: 'gcc', flags: [] },
      runner,
      env,
      stateDir,
    });
    await runner.close();
    const opened = await session(
      { ...of, plan },
      {
        target: of.compiler('cc', { 'b.c': '-fstack-protector-all', 'c.c': '-DBUG' }),
        expectStdout: of.path('expected'),
        rebuild: { build: 'make', dir: of.root, ...(clean === undefined ? {} : { clean }) },
        jobs: 1,
      },
    );
    expect(opened.notes).toEqual([expect.stringContaining('for each probe')]);
    expect((await opened.baseline()).outcome).toEqual({ kind: 'pass' });
    expect(await outcome(opened, 'c.c')).toMatchObject({ failure: 'wrong-output' });
    expect(await outcome(opened, 'b.c')).toEqual({ kind: 'pass' });
    expect(await outcome(opened, 'b.c', 'c.c')).toMatchObject({ failure: 'wrong-output' });
  });
