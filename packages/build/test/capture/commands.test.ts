// Facts out of argument lists, and the commands made of them.

import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { archiveFacts, editFacts, scriptFacts } from '../../src/command/binutils.js';
import { compilerFacts, linkerFacts, possibleFiles } from '../../src/command/facts.js';
import { COMPILER_TABLE } from '../../src/command/options.js';
import { linkArguments, unitArguments } from '../../src/command/rewrite.js';
import { shellWords } from '../../src/command/shell-words.js';
import { tokenize } from '../../src/command/token.js';

const words = (text: string) => text.split(' ');
const factsOf = (text: string) => compilerFacts(words(text), 'c');

describe('facts of a compiler command', () => {
  test.each([
    ['-c a.c -o a.o', 'compile', 'a.o', ['a.c']],
    ['-c -oa.o a.c', 'compile', 'a.o', ['a.c']],
    ['-c a.c b.c', 'compile', undefined, ['a.c', 'b.c']],
    ['-Wall -Wextra -O2 a.c -o prog -lm', 'link', 'prog', ['a.c']],
    ['-include o.h -I c -D o -MF x.d -MD -isystem y -c a.c', 'compile', undefined, ['a.c']],
    ['-Xlinker -c -T s.ld -z now -u main -e start a.o', 'link', undefined, ['a.o']],
    ['--param x=y -aux-info f -dumpbase z -c a.c', 'compile', undefined, ['a.c']],
    ['-E a.c', 'ask', undefined, ['a.c']],
    ['-MM a.c', 'ask', undefined, ['a.c']],
    ['--version', 'ask', undefined, []],
    ['-x c -', 'link', undefined, ['-']],
  ])('%s', (text, mode, output, inputs) => {
    const facts = factsOf(text);
    expect(facts.mode).toBe(mode);
    expect(facts.output).toBe(output);
    expect(facts.inputs.map((input) => input.text)).toEqual(inputs);
  });

  test('has the language by -x, by name, and by the driver', () => {
    const languages = (text: string, driver: 'c' | 'c++' = 'c') =>
      compilerFacts(words(text), driver).inputs.map((input) => input.language);
    expect(languages('a.c b.i c.S d.s e.cc f.m g.o h.h i.so.1')).toEqual(
      words('c c assembler assembler c++ other-language object header object'),
    );
    expect(languages('-x c a.o -x c++ b.c -x none c.c -xassembler d')).toEqual(words('c c++ c assembler'));
    expect(languages('a.c b.o', 'c++')).toEqual(['c++', 'object']);
  });

  test('has the dependency files that GCC would write', () => {
    expect(factsOf('-MD -c a.c -o out/a.o').dependencyFiles).toEqual(['out/a.d']);
    expect(factsOf('-MMD -c x/a.c').dependencyFiles).toEqual(['a.d']);
    expect(factsOf('-MMD -MFa.dep -c a.c').dependencyFiles).toEqual(['a.dep']);
    expect(factsOf('-Wp,-MMD,.a.o.d -c a.c -o a.o').dependencyFiles).toEqual(['.a.o.d']);
    expect(factsOf('-c a.c').dependencyFiles).toEqual([]);
  });

  test('loses no word, whatever the words are', () => {
    const word = fc.oneof(
      fc.string({ maxLength: 6 }),
      fc.constantFrom(
        '-o',
        '-c',
        '-I',
        '-x',
        'c',
        '-Wl,a',
        '-MF',
        '-Wp,-MD,x',
        '-',
        '--',
        '@a',
        "'q'",
        '"q"',
        '-=',
        '--input=9',
      ),
    );
    fc.assert(
      fc.property(fc.array(word, { maxLength: 12 }), (argv) => {
        expect(tokenize(argv, COMPILER_TABLE).flatMap((token) => token.words)).toEqual(argv);
        const facts = compilerFacts(argv, 'c');
        for (const input of facts.inputs) expect(argv).toContain(input.text);
      }),
      { numRuns: 500 },
    );
  });
});

describe('a rewritten command', () => {
  test('compiles one source alone', () => {
    const facts = factsOf(
      '-O2 -Wall -DX=1 -MD -MF d -save-temps -pthread a.c -x c b.txt -x none c.o -L. -lm -shared -Wl,-z,now -o lib.so',
    );
    const [a, b] = facts.inputs;
    expect(unitArguments(facts, a!)).toEqual(words('-O2 -Wall -DX=1 -pthread a.c'));
    expect(unitArguments(facts, b!, 'kept/b.txt')).toEqual(words('-O2 -Wall -DX=1 -pthread -x c kept/b.txt'));
  });

  test('links objects in the place of sources, whatever -x says', () => {
    const facts = factsOf('-O2 a.c -x c b.txt -x c++ d.cc -x none e.o -lm -MD -o prog');
    const [a, b] = facts.inputs;
    const objects = new Map([
      [a!.token, '1.o'],
      [b!.token, '2.o'],
    ]);
    expect(linkArguments(facts, objects)).toEqual(words('-O2 1.o 2.o -x c++ d.cc -x none e.o -lm -o prog'));
  });
});

describe('facts of the other tools', () => {
  test('ar', () => {
    const of = (text: string) => archiveFacts(words(text));
    expect(of('rcs lib.a a.o b.o')).toEqual({
      operation: 'r',
      archive: 'lib.a',
      members: ['a.o', 'b.o'],
      thin: false,
    });
    expect(of('-q -c lib.a a.o')).toMatchObject({ operation: 'q', archive: 'lib.a', members: ['a.o'] });
    expect(of('rcT lib.a a.o')).toMatchObject({ operation: 'r', thin: true });
    expect(of('rb a.o lib.a b.o')).toMatchObject({ operation: 'r', archive: 'lib.a', members: ['b.o'] });
    expect(of('xN 2 lib.a a.o')).toMatchObject({ operation: 'x', archive: 'lib.a', members: ['a.o'] });
    expect(of('s lib.a')).toMatchObject({ operation: 's', members: [] });
    expect(of('-M')).toMatchObject({ operation: 'M' });
    expect(of('--version')).toBeUndefined();
    expect(scriptFacts('create x.a\naddmod a.o, b.o\nADDLIB y.a\nsave\nend')).toEqual({
      archive: 'x.a',
      members: ['a.o', 'b.o', 'y.a'],
    });
  });

  test('objcopy and strip', () => {
    expect(editFacts('objcopy', words('-j .text --rename-section a=b in out'))).toEqual([
      { from: 'in', to: 'out' },
    ]);
    expect(editFacts('objcopy', words('--add-gnu-debuglink x prog'))).toEqual([{ from: 'prog', to: 'prog' }]);
    expect(editFacts('strip', words('-g a b'))).toEqual([
      { from: 'a', to: 'a' },
      { from: 'b', to: 'b' },
    ]);
    expect(editFacts('strip', words('-o out in'))).toEqual([{ from: 'in', to: 'out' }]);
  });

  test('ld, and files named to it', () => {
    const facts = linkerFacts(words('-m elf_x86_64 -r -o all.o a.o b.o'));
    expect(facts).toMatchObject({ output: 'all.o', partial: true });
    expect(possibleFiles(facts.tokens)).toEqual(['a.o', 'b.o', 'elf_x86_64']);
    const link = factsOf('a.o -Wl,--whole-archive,l.a,-Map=m,-soname,s -Wl,--version-script=v -T x.ld');
    expect(possibleFiles(link.tokens)).toEqual(['a.o', 'l.a', 'v', 'x.ld']);
  });
});

describe('words of a shell command', () => {
  test('are those that sh sees', () => {
    const text = fc.string({ unit: fc.constantFrom(...'ab \\\'"\t-é'), maxLength: 12 });
    fc.assert(
      fc.property(text, (line) => {
        const split = shellWords(line);
        const sh = spawnSync('sh', ['-c', `for w in ${line}\ndo printf '%s\\0' "$w"; done`], {
          encoding: 'utf8',
        });
        if (split === undefined) return;
        if (sh.status === 0 && !/\\$/.test(line)) expect(split).toEqual(sh.stdout.split('\0').slice(0, -1));
      }),
      { numRuns: 150 },
    );
    expect(shellWords('a "b')).toBeUndefined();
    expect(shellWords(`gcc -DX='a b' "c\\"d" e\\ f`)).toEqual(['gcc', '-DX=a b', 'c"d', 'e f']);
  });
});
