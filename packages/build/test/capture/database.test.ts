// Plans from compilation databases.

import { planFromDatabase } from '@swarm/build';
import { afterEach, describe, expect, test } from 'vitest';
import { Project } from './project.js';

let project: Project;
afterEach(() => project.close());

const SOURCES = { 'src/a.c': 'int a;\n', 'src/b c.c': 'int b;\n', 'src/d.cc': 'int d;\n', 'src/e.s': '' };

function databaseOf(entries: unknown): string {
  project = Project.of({
    ...SOURCES,
    'build/compile_commands.json': typeof entries === 'string' ? entries : JSON.stringify(entries),
  });
  return project.path('build/compile_commands.json');
}

describe('a compilation database', () => {
  test('gives units from `arguments` and `command`, with and without `output`', () => {
    const file = databaseOf([
      {
        directory: '.',
        file: '../src/a.c',
        arguments: ['ccache', 'gcc', '-O2', '-MD', '-MF', 'a.d', '-c', '../src/a.c', '-o', 'a.o'],
      },
      {
        directory: '.',
        file: '../src/b c.c',
        command: `gcc -D'X="1 2"' -DY=\\"q\\" -c "../src/b c.c"`,
        output: 'out/b.o',
      },
      { directory: '.', file: '../src/d.cc', command: 'g++ -c ../src/d.cc' },
      { directory: '.', file: '../src/e.s', command: 'gcc -c ../src/e.s' },
    ]);
    const plan = planFromDatabase(file);
    expect(plan.root).toBe(project.dir);
    expect(plan.units).toEqual([
      {
        id: 'src/a.c',
        source: project.path('src/a.c'),
        cwd: project.path('build'),
        arguments: ['-O2', '../src/a.c'],
        object: project.path('build/a.o'),
        sourceBytes: 7,
      },
      {
        id: 'src/b c.c',
        source: project.path('src/b c.c'),
        cwd: project.path('build'),
        arguments: ['-DX="1 2"', '-DY="q"', '../src/b c.c'],
        object: project.path('build/out/b.o'),
        sourceBytes: 7,
      },
    ]);
    expect(plan.excluded).toEqual([
      { source: 'src/d.cc', reason: 'c++' },
      { source: 'src/e.s', reason: 'assembler' },
    ]);
  });

  test('names a source compiled twice by its objects, and takes a repeated entry once', () => {
    const of = (object: string, flag: string) => ({
      directory: '.',
      file: '../src/a.c',
      command: `gcc ${flag} -c ../src/a.c -o ${object}`,
    });
    const file = databaseOf([of('a.o', '-O1'), of('pic/a.o', '-fPIC'), of('a.o', '-O2')]);
    const { units } = planFromDatabase(file);
    expect(units.map(({ id, arguments: argv }) => [id, argv[0]])).toEqual([
      ['src/a.c@build/a.o', '-O2'],
      ['src/a.c@build/pic/a.o', '-fPIC'],
    ]);
  });

  test.each([
    ['not json', /not JSON/],
    ['{}', /not a list/],
    ['[7]', /entry 0: not an object/],
    ['[{"file":"a.c","command":"cc a.c"}]', /entry 0: has no `directory`/],
    ['[{"directory":".","command":"cc a.c"}]', /entry 0: has no `file`/],
    ['[{"directory":".","file":"a.c"}]', /entry 0: has neither/],
    ['[{"directory":".","file":"a.c","arguments":[1]}]', /entry 0: `arguments`/],
    [
      '[{"directory":".","file":"a.c","command":"cc -c a.c"},{"directory":".","file":"a.c","command":"cc \\"a.c"}]',
      /entry 1: .*open quote/,
    ],
    ['[{"directory":".","file":"a.c","command":"cc -c b.c"}]', /entry 0: its command does not compile a\.c/],
  ])('that is wrong says where: %s', (text, message) => {
    const file = databaseOf(text);
    expect(() => planFromDatabase(file)).toThrowError(
      expect.objectContaining({
        code: 'bad-compile-commands',
        exit: 2,
        message: expect.stringMatching(message),
      }),
    );
  });

  test('that is not there, or has no C in it', () => {
    const file = databaseOf([]);
    expect(() => planFromDatabase(`${file}.not`)).toThrowError(
      expect.objectContaining({ code: 'bad-compile-commands', exit: 2 }),
    );
    expect(() => planFromDatabase(file)).toThrowError(
      expect.objectContaining({ code: 'nothing-compiled', exit: 4 }),
    );
  });
});
