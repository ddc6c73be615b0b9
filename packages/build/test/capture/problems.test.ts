// What can go wrong with a capture: each has its code, its exit status and a hint.

import { afterEach, describe, expect, test } from 'vitest';
import { Project } from './project.js';

const HELLO = { 'main.c': 'int main(void) { return 0; }\n' };

let project: Project;
afterEach(() => project.close());

describe('a capture', () => {
  test('of a build that fails gives the first error line and where to read on', async () => {
    project = Project.of({ 'main.c': 'int main(void) {\n  return nothing;\n}\n' });
    await expect(project.capture({ build: 'gcc -c main.c && gcc -o prog main.o' })).rejects.toMatchObject({
      code: 'oracle-build-fails',
      exit: 5,
      message: expect.stringMatching(/^build with the oracle: main\.c:2:10: error: .nothing. undeclared/),
      hint: expect.stringContaining('build.log'),
    });
  });

  test('of a build that compiles nothing asks for --clean', async () => {
    project = Project.of(HELLO);
    await expect(project.capture({ build: 'true' })).rejects.toMatchObject({
      code: 'nothing-compiled',
      exit: 4,
      hint: expect.stringContaining('--clean'),
    });
  });

  test('of configure probes alone counts as nothing', async () => {
    project = Project.of({ 'conftest.c': 'int main(void) { return 0; }\n' });
    await expect(project.capture({ build: 'gcc -o conftest conftest.c' })).rejects.toMatchObject({
      code: 'nothing-compiled',
    });
  });

  test('whose clean command fails says so', async () => {
    project = Project.of(HELLO);
    await expect(
      project.capture({ build: 'gcc main.c', clean: 'echo no rule; exit 1' }),
    ).rejects.toMatchObject({ code: 'clean-fails', exit: 5, message: 'clean command: no rule' });
  });

  test('with an oracle that is not there says so', async () => {
    project = Project.of(HELLO);
    await expect(
      project.capture({ build: 'gcc main.c', oracle: { cc: 'no-such-cc', flags: [] } }),
    ).rejects.toMatchObject({ code: 'no-oracle', exit: 3 });
  });

  test('that is interrupted ends the build', async () => {
    project = Project.of(HELLO);
    const abort = new AbortController();
    const capture = project.capture({ build: 'gcc main.c && sleep 60', signal: abort.signal });
    setTimeout(() => abort.abort(), 1500);
    await expect(capture).rejects.toMatchObject({ code: 'interrupted', exit: 130 });
  });
});
