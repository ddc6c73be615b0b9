// SQLite 3.40.1 as one file, and its shell: straight to functions.

import { describe, expect, test } from 'vitest';
import { needs } from '../kit/needs.ts';
import { foundIn } from './planted.ts';
import { tarballOf } from './tarball.ts';

const sqlite = tarballOf('sqlite3');

describe.runIf(needs('gcc', 'tcc', 'make', 'tclsh') && sqlite !== undefined)('SQLite as one file', () => {
  test('names two of its two thousand functions, and two that fail only together, and not one whose fault no test shows', async () => {
    const culprits = await foundIn({
      tarball: sqlite!,
      prepare: './configure -q CC=tcc --disable-tcl && make -s sqlite3.c shell.c',
      files: ['sqlite/exercise.sql'],
      expected: 'sqlite/exercise.out',
      build:
        'for f in sqlite3 shell; do gcc -w -DSQLITE_THREADSAFE=0 -DSQLITE_OMIT_LOAD_EXTENSION -c $f.c; done; gcc sqlite3.o shell.o -o sqlite -lm',
      clean: 'rm -f sqlite *.o',
      test: './sqlite <exercise.sql',
      faults: [
        'sqlite3.c hexFunc swap-branch',
        'shell.c shell_exec crash segv',
        'sqlite3.c sqlite3RunVacuum crash set=pair',
        'sqlite3.c sqlite3FinishTrigger mark set=pair',
        // Its first constant is what a variable begins with that is always set before it is used: nothing to find.
        'sqlite3.c roundFunc constant',
      ],
      different: '-fstack-protector-all',
      level: 'function',
      mostProbes: 70,
    });
    expect(culprits).toEqual([
      'shell.c:shell_exec: crash',
      'sqlite3.c:hexFunc: wrong-output',
      'sqlite3.c:sqlite3FinishTrigger sqlite3.c:sqlite3RunVacuum: crash',
    ]);
  });
});
