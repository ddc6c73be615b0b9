// `swarm doctor` says what a machine and two compilers can do; `swarm init` writes a config that `swarm bisect` takes.

import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import manifest from '../../packages/cli/oclif.manifest.json' with { type: 'json' };
import { project } from '../kit/folder.ts';
import { needs } from '../kit/needs.ts';
import { copyProgram } from '../kit/program.ts';
import { bisectIn, found } from '../kit/report.ts';
import { swarm } from '../kit/swarm.ts';
import { Trial } from '../kit/trial.ts';

interface Doctor {
  readonly schema: string;
  readonly ok: boolean;
  readonly checks: readonly {
    readonly name: string;
    readonly state: string;
    readonly detail: string;
    readonly next?: string;
  }[];
}

describe.runIf(needs('gcc', 'make'))('swarm doctor', () => {
  test('checks the machine, and the compilers of the config, one line each', async () => {
    const { dir } = copyProgram('calc');
    const { stdout } = await new Trial()
      .args('doctor', '--dir', dir)
      .stdout(/^ok {3}node/)
      .stderr('')
      .run();
    for (const name of ['git', 'bash', 'oracle', 'target', 'make'])
      expect(stdout).toMatch(new RegExp(`^ok {3}${name} `, 'm'));
    expect(stdout).toMatch(/^ok {3}target .*compiles, assembles, links, runs; -S yes, -E yes, -MD yes$/m);
    expect(stdout.trimEnd().split('\n').length).toBeLessThanOrEqual(10);
  });

  test.each([
    ['is not there', 'no-such-cc', undefined],
    [
      'makes programs that are wrong',
      './cc',
      '#!/bin/sh\nexec gcc -D"main=main(int c,char**v){return 3;}int other" "$@"\n',
    ],
    ['makes nothing', './cc', '#!/bin/sh\nexit 0\n'],
    ['crashes', './cc', '#!/bin/sh\nkill -SEGV $$\n'],
    ['says strange things', './cc', "#!/bin/sh\nprintf 'ok\\nok   git 9\\033[2J\\377' >&2; exit 1\n"],
  ])('says of a target that it %s, and exits with 3', async (_, target, script) => {
    const folder = project(script === undefined ? {} : { cc: script });
    const { stdout } = await new Trial(folder).args('doctor', '--target', target).exits(3).run();
    const lines = stdout.trimEnd().split('\n');
    expect(lines.filter((line) => line.startsWith('fail'))).toEqual([
      expect.stringMatching(/^fail target .*next: /),
    ]);
    expect(lines.length).toBeLessThanOrEqual(10);
    const ended = await swarm(['doctor', '--json', '--target', target], { cwd: folder.dir });
    const document = ended.json<Doctor>();
    expect([ended.code, document.schema, document.ok]).toEqual([3, 'swarm.doctor/1', false]);
  });

  test('says what is missing in PATH', async () => {
    const folder = project();
    const { stdout } = await new Trial(folder).args('doctor').env({ PATH: folder.dir }).exits(3).run();
    expect(stdout).toMatch(/^fail git .*next: install git$/m);
    expect(stdout).toMatch(/^fail oracle gcc/m);
  });
});

describe.runIf(needs('gcc', 'make'))('swarm init', () => {
  test('writes a config that bisects, once', async () => {
    const program = copyProgram('calc', 'tables/refused');
    program.write('swarm.config.yaml', '');
    await new Trial(program)
      .args('init')
      .exits(1)
      .stderr(/^ERROR init: .* is already there\n {2}next: .*--force/)
      .run();
    expect(program.read('swarm.config.yaml')).toBe('');
    await new Trial(program)
      .args('init', '--force')
      .stdout(
        /^wrote .*\nfound: Makefile with a target "test"\npages for agents: AGENT_PROMPT.md, .*\nnext: /,
      )
      .run();
    const { verdict, culprits, rejected } = program.expected;
    const report = await bisectIn(program.dir, ['--target', './faultcc', '--test', 'sh test.sh']);
    expect(found(report)).toEqual({ verdict, culprits, rejected });
  });

  test('has every key, and a document', async () => {
    const folder = project({ 'CMakeLists.txt': '' });
    const ended = await swarm(['init', '--json'], { cwd: folder.dir });
    expect(ended.json()).toMatchObject({ schema: 'swarm.init/1', found: { seen: ['CMakeLists.txt'] } });
    const text = folder.read('swarm.config.yaml');
    const keys = [
      'dir',
      'target',
      'oracle',
      'build',
      'clean',
      'test',
      'expectStdout',
      'jobs',
      'probeTimeout',
      'confidence',
      'repeat',
      'compileCommands',
      'link',
      'rebuild',
      'keepWork',
    ];
    for (const key of keys) expect(text).toMatch(new RegExp(`^ {2}(# )?${key}:`, 'm'));
  });

  test('writes the pages for agents that are not there, and replaces none', async () => {
    const folder = project({ 'swarm/roles/critic.md': 'our own\n', Makefile: 'all:\ncheck:\n' });
    const ended = await swarm(['init', '--pages', '--json'], { cwd: folder.dir });
    expect(ended.json<{ file: null; pages: string[] }>()).toMatchObject({
      file: null,
      pages: expect.arrayContaining(['AGENT_PROMPT.md', 'swarm/roles/developer.md']),
    });
    expect(folder.read('swarm/roles/critic.md')).toBe('our own\n');
    expect(existsSync(folder.path('swarm.config.yaml'))).toBe(false);
    const page = folder.read('AGENT_PROMPT.md');
    expect(page).toMatch(/^\| `make check` \|/m);
    const commands = [...page.matchAll(/^\| `swarm ([a-z -]+?)(?: [A-Z'].*?)?` \|/gm)].map(
      ([, words]) => words!,
    );
    expect(commands).toHaveLength(6);
    const { commands: known } = manifest as { commands: Record<string, unknown> };
    for (const words of commands) expect(Object.keys(known)).toContain(words.replaceAll(' ', ':'));
    const again = await swarm(['init', '--force'], { cwd: folder.dir });
    expect(again.stdout).toContain('pages for agents: all there already');
  });

  test('in a folder that is not there', async () => {
    const folder = project();
    await new Trial(folder)
      .args('init', '--dir', 'nowhere')
      .exits(2)
      .stderr(/^ERROR init: /)
      .run();
    expect(existsSync(folder.path('nowhere'))).toBe(false);
  });
});
