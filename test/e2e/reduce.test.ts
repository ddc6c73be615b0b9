// `swarm reduce`: small C sources that still tell the target from the oracle, by either engine, and what happens with bad input.

import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { Ajv } from 'ajv';
import { beforeAll, describe, expect, test } from 'vitest';
import { type Folder, project } from '../kit/folder.ts';
import { needs } from '../kit/needs.ts';
import { FAULTCC } from '../kit/program.ts';
import { bisectIn } from '../kit/report.ts';
import { startSwarm, swarm } from '../kit/swarm.ts';
import { Trial } from '../kit/trial.ts';

const FILES = {
  'limit.c': `#include <stdlib.h>
struct range { long low, high; const char *name; };
static struct range known = { 0, 10, "small" };
static int twice(int x) { return x * 2; }
const char *name_of(int x) { return x >= known.low && x <= known.high ? known.name : "none"; }
int limit(const char *text) {
  int x = atoi(text);
  if (x > 41) return 1234;
  return twice(x);
}
`,
  'main.c': `#include <stdio.h>
int limit(const char *text);
const char *name_of(int x);
int main(int argc, char **argv) {
  if (argc > 1) printf("%d %s\\n", limit(argv[1]), name_of(limit(argv[1])));
  return 0;
}
`,
  Makefile: `program: main.o lib.a
\t$(CC) -o $@ main.o lib.a
lib.a: limit.o
\trm -f $@; gcc-ar rc $@ limit.o
clean:
\trm -f *.o *.a program
`,
  'test.sh': `./program 2 | grep -q '4 small' && ./program 50 | grep -q '1234 none'\n`,
  faults: 'limit.c limit constant from=1234 to=1243\n',
};

interface Reduced {
  readonly mode: string;
  readonly file: string;
  readonly complete: boolean;
  readonly sanitized: boolean;
  readonly failure: { readonly kind: string };
  readonly before: { readonly lines: number };
  readonly after: { readonly lines: number; readonly bytes: number };
  readonly commands: { readonly oracle: string; readonly target: string };
  readonly notes: readonly string[];
}

const schema = new URL('../../docs/schemas/swarm.reduce.1.json', import.meta.url);
const isReduceDocument = new Ajv({ allErrors: true }).compile(JSON.parse(readFileSync(schema, 'utf8')));

let folder: Folder;

async function reduceIn(dir: string, ...args: string[]): Promise<Reduced & { readonly code: number | null }> {
  const ended = await swarm(['reduce', '--json', '--dir', dir, ...args], { timeoutMs: 170_000 });
  const document = ended.json<Reduced>();
  if (!isReduceDocument(document))
    throw new Error(`${ended.stdout}\n${JSON.stringify(isReduceDocument.errors)}`);
  return { ...document, code: ended.code };
}

/** What the two commands print, run by hand. */
const byHand = ({ commands }: Reduced) =>
  [commands.oracle, commands.target].map(
    (command) => spawnSync('sh', ['-c', command], { encoding: 'utf8' }).stdout,
  );

const unescaped = (html: string): string =>
  html
    .replace(/<[^>]*>/g, '')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&');

beforeAll(async () => {
  folder = project(
    {
      ...FILES,
      faultcc: `#!/bin/sh\nexec ${FAULTCC} "-ffaults=\${0%/*}/faults" -fno-omit-frame-pointer "$@"\n`,
    },
    'swarm-reduce-',
  );
  const settings = [
    '--target',
    './faultcc',
    '--build',
    'make',
    '--clean',
    'make clean',
    '--test',
    'sh test.sh',
  ];
  const report = await bisectIn(folder.dir, settings);
  expect(report.culprits.map(({ members }) => members)).toEqual([[expect.stringContaining('limit.c')]]);
});

describe('a culprit reduced by our own engine', () => {
  test('becomes a whole program that shows the difference by two commands', {
    timeout: 180_000,
  }, async () => {
    const reduced = await reduceIn(
      folder.dir,
      'limit.c',
      '--engine',
      'own',
      '--timeout',
      '30',
      '--output',
      folder.path('small.c'),
    );
    expect(reduced).toMatchObject({ mode: 'standalone', failure: { kind: 'wrong-output' }, sanitized: true });
    expect(reduced.code).toBe(reduced.complete ? 0 : 6);
    const [oracle, target] = byHand(reduced);
    expect(oracle).toContain('1234');
    expect(target).toContain('1243');
    const text = folder.read('small.c');
    expect(text).toContain('1234');
    expect(text).not.toMatch(/struct range|twice|name_of|stdio/);
    expect(reduced.after.lines).toBeLessThan(15);
    const page = await swarm(['report', '--json', '--dir', folder.dir, '--output', folder.path('page.html')]);
    expect(page.code).toBe(0);
    const shown = /Reproducer[\s\S]*?<pre[^>]*>([\s\S]*?)<\/pre>/.exec(folder.read('page.html'))?.[1] ?? '';
    expect(unescaped(shown).trim()).toBe(text.trim());
  });

  test('goes on from the smallest text of an earlier run', { timeout: 180_000 }, async () => {
    const reduced = await reduceIn(folder.dir, 'limit.c', '--engine', 'own', '--timeout', '1', '--resume');
    expect(reduced.after.lines).toBeLessThan(15);
    expect(reduced.before.lines).toBeGreaterThan(100);
  });

  test('keeps the best so far when it is interrupted, and ends with 130', { timeout: 180_000 }, async () => {
    const dir = folder.path('.swarm', 'reductions');
    rmSync(dir, { recursive: true, force: true });
    const running = startSwarm(['reduce', 'limit.c', '--engine', 'own'], {
      cwd: folder.dir,
      timeoutMs: 170_000,
    });
    const best = () =>
      execFileSync('sh', ['-c', `cat ${dir}/*/limit.c 2>/dev/null || :`], { encoding: 'utf8' });
    while (best() === '') await new Promise((resolve) => setTimeout(resolve, 50));
    running.kill('SIGINT');
    const ended = await running.ended;
    expect(ended.code).toBe(130);
    expect(ended.stderr).toMatch(/^ERROR reduce: interrupted/m);
    expect(best()).toContain('1234');
  });
});

describe.runIf(needs('cvise'))('a culprit reduced by C-Vise', () => {
  test('is checked by the same test', { timeout: 180_000 }, async () => {
    const reduced = await reduceIn(folder.dir, 'limit.c', '--engine', 'cvise', '--timeout', '8');
    expect(reduced).toMatchObject({ mode: 'standalone', failure: { kind: 'wrong-output' } });
    expect(reduced.after.bytes).toBeLessThan(2000);
    const [oracle, target] = byHand(reduced);
    expect(oracle).not.toBe(target);
  });
});

describe('a culprit that shows in a part of what the program reads', () => {
  test('is reduced with that part alone, from a file of its own', { timeout: 180_000 }, async () => {
    const reader = project(
      {
        'limit.c': 'int limit(int x) {\n  if (x > 41) return 1234;\n  return x;\n}\n',
        'main.c': `#include <stdio.h>
int limit(int x);
int main(int argc, char **argv) {
  int x;
  FILE *file = fopen(argv[1], "r");
  while (fscanf(file, "%d", &x) == 1) printf("%d\\n", limit(x));
  return argc != 2;
}
`,
        'numbers.txt': Array.from({ length: 20 }, (_, i) => `${i === 13 ? 77 : i}\n`).join(''),
        Makefile: 'program: main.o limit.o\n\t$(CC) -o $@ main.o limit.o\nclean:\n\trm -f *.o program\n',
        'test.sh': './program numbers.txt | grep -q 1234\n',
        faults: 'limit.c limit constant from=1234 to=1243\n',
        faultcc: `#!/bin/sh\nexec ${FAULTCC} "-ffaults=\${0%/*}/faults" -fno-omit-frame-pointer "$@"\n`,
      },
      'swarm-reduce-',
    );
    const build = ['--build', 'make', '--clean', 'make clean', '--test', 'sh test.sh'];
    await bisectIn(reader.dir, ['--target', './faultcc', ...build]);
    const reduced = await reduceIn(reader.dir, 'limit.c', '--engine', 'own', '--timeout', '15');
    expect(byHand(reduced)).toEqual(['1234\n', '1243\n']);
    const kept = /[^ ']*argument-1[^ ']*/.exec(reduced.commands.target)![0];
    expect(readFileSync(kept, 'utf8').length).toBeLessThan(3);
  });
});

describe('a culprit in a program that is more than C', () => {
  test('is reduced among the objects of the rest', { timeout: 180_000 }, async () => {
    folder.write('extra.s', '.section .note.GNU-stack,"",@progbits\n');
    const makefile = folder.read('Makefile');
    folder.write(
      'Makefile',
      `${makefile.replaceAll('main.o lib.a', 'main.o lib.a extra.o')}extra.o: extra.s\n\t$(CC) -c extra.s\n`,
    );
    const reduced = await reduceIn(folder.dir, 'limit.c', '--engine', 'own', '--timeout', '5');
    folder.write('Makefile', makefile);
    expect(reduced).toMatchObject({ mode: 'in-program', failure: { kind: 'wrong-output' } });
    expect(reduced.notes).toContainEqual(expect.stringContaining('extra.o in it is no C unit'));
    const [oracle, target] = byHand(reduced);
    expect(oracle).toContain('1234');
    expect(target).toContain('1243');
  });
});

describe('bad input', () => {
  const reduce = (...args: string[]) => new Trial(folder).args('reduce', ...args);

  test('an unknown culprit is named with those that there are', async () => {
    await reduce('src/other.c')
      .exits(2)
      .stderr(
        /^ERROR culprit src\/other.c: not among those of the last bisect\n {2}next: one of: \w{12} \(limit.c\)/,
      )
      .run();
  });

  test('a folder without a bisect has nothing to reduce', async () => {
    await new Trial(project())
      .args('reduce', 'limit.c')
      .exits(4)
      .stderr(/no run of swarm bisect here/)
      .run();
  });

  test('C-Vise that is asked for and not there', async () => {
    await reduce('limit.c', '--engine', 'cvise')
      .env({ PATH: folder.path('nothing') })
      .exits(3)
      .stderr(/C-Vise is not installed/)
      .run();
  });

  test('numbers and places that make no sense', async () => {
    await reduce('limit.c', '--timeout', '0', '--jobs', '0')
      .exits(2)
      .stderr(/--timeout takes.*--jobs takes/)
      .run();
    await reduce('limit.c', '--output', 'no/such/file.c')
      .exits(2)
      .stderr(/no such folder/)
      .run();
  });

  test('a culprit that no longer fails, then one whose source is gone', { timeout: 60_000 }, async () => {
    folder.write('faults', '');
    await reduce('limit.c')
      .exits(4)
      .stderr(/no single run of a program of the build differs/)
      .run();
    folder.write('Makefile', FILES.Makefile.replaceAll('limit.o', 'other.o'));
    folder.write('other.c', FILES['limit.c']);
    rmSync(folder.path('limit.c'));
    await reduce('limit.c')
      .exits(3)
      .stderr(/limit.c: the build has no such unit any more/)
      .run();
    expect(existsSync(folder.path('limit.c'))).toBe(false);
  });
});
