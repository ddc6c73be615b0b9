// Shell scripts in a folder for tests, of a project that says in no other way how it is tested. Each runs as its first line says.
// Where some of them may be executed, the others are parts of them, and no tests.

import { accessSync, closeSync, constants, existsSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { testCase } from '@swarm/core';
import type { Suite } from '../suite.js';
import { fileSuite } from './file-suite.js';
import { findFiles } from './find-files.js';

const FOLDERS = ['tests', 'test'];
const NAME = 'scripts';

/** The suite of a project's scripts, and what is looked for; undefined where there are none. */
export async function scriptSuite(root: string): Promise<{ suite: Suite; because: string } | undefined> {
  const folder = FOLDERS.find((name) => existsSync(join(root, name)));
  if (folder === undefined) return undefined;
  const glob = `${folder}/**/*.sh`;
  const files = await findFiles(root, [glob]);
  const programs = files.filter((file) => isExecutable(join(root, file)));
  if (files.length === 0) return undefined;
  const suite = fileSuite({
    ...{ name: NAME, root, dir: root, leaks: 'fail', env: {}, exclude: [] },
    glob: [glob],
    run: (file) => [...interpreterOf(join(root, file)), file],
  });
  if (programs.length === 0 || programs.length === files.length) return { suite, because: glob };
  const tests = programs.map((file) => testCase(file));
  return { suite: { ...suite, list: async () => tests }, because: `${glob}, the executable ones` };
}

const HEAD_BYTES = 200;

/** What `#!` names, with its arguments; else sh. */
function interpreterOf(path: string): string[] {
  const head = Buffer.alloc(HEAD_BYTES);
  let length = 0;
  try {
    const fd = openSync(path, 'r');
    length = readSync(fd, head, 0, HEAD_BYTES, 0);
    closeSync(fd);
  } catch {}
  const line = /^#![ \t]*(\S[^\n]*)\n/.exec(head.toString('latin1', 0, length))?.[1];
  return line === undefined ? ['sh'] : line.trim().split(/\s+/);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
