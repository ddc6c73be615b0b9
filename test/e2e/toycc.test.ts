// The example compiler: wrong in just the ways that its fixes mend, and right with all of them.

import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { project } from '../kit/folder.ts';
import { FIXTURES } from '../kit/program.ts';

const fixes = readdirSync(join(FIXTURES, 'toycc-fixes')).filter((name) => name.endsWith('.patch'));
const sources = readdirSync(join(FIXTURES, 'toycc', 'tests'), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.c'))
  .sort();

/** A built copy of the compiler, with these fixes. */
function toycc(patches: readonly string[]): string {
  const folder = project().path('toycc');
  const made = /\/(dist|build|\.swarm)$/;
  cpSync(join(FIXTURES, 'toycc'), folder, { recursive: true, filter: (path) => !made.test(path) });
  for (const patch of patches) {
    const text = readFileSync(join(FIXTURES, 'toycc-fixes', patch));
    execFileSync('git', ['apply', '-'], { cwd: folder, input: text });
  }
  const path = `${join(FIXTURES, '..', 'node_modules', '.bin')}:${process.env.PATH}`;
  execFileSync('make', ['-s'], { cwd: folder, env: { ...process.env, PATH: path } });
  return folder;
}

/** The tests of its suite whose programs print something else, or aren't compiled. */
function failing(folder: string): string[] {
  const compile = (files: readonly string[]) =>
    spawnSync(join(folder, 'toycc'), ['-S', ...files.map((file) => join('tests', file))], { cwd: folder })
      .status === 0;
  if (!compile(sources)) for (const source of sources) compile([source]);
  return sources.filter((source) => {
    const assembly = `${basename(source, '.c')}.s`;
    if (!existsSync(join(folder, assembly))) return true;
    execFileSync('gcc', ['-o', 'a.out', assembly], { cwd: folder });
    const { stdout } = spawnSync(join(folder, 'a.out'), { cwd: folder, encoding: 'utf8', timeout: 10_000 });
    return stdout !== readFileSync(join(folder, 'tests', `${source}.expected`), 'utf8');
  });
}

describe('toycc', () => {
  test('fails one test for each planted fault', () => {
    expect(failing(toycc([]))).toHaveLength(fixes.length);
  });

  test('is right with all of its fixes, for its tests and for its program', () => {
    const folder = toycc(fixes);
    expect(failing(folder)).toEqual([]);
    const make = spawnSync('make', ['-s', 'CC=../toycc', 'test'], {
      cwd: join(folder, 'program'),
      encoding: 'utf8',
    });
    expect(make.stdout + make.stderr).toBe('');
  });
});
