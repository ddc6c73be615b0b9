// A program of two files for trying the planted-fault compiler on.

import { type Folder, project } from './folder.ts';
import { FAULTCC } from './program.ts';
import { type Ended, type SwarmOptions, start } from './swarm.ts';

export const FILES = {
  'limit.c': `#include <stdlib.h>
int table[4];
static int twice(int x) { return x * 2; }
void put(int *p, int v) { p[1] = v; p[2] = v + 7; }
int limit(int x) {
  if (x > 41) return 1234;
  return twice(x);
}
`,
  'main.c': `#include <stdio.h>
extern int table[4];
void put(int *p, int v);
int limit(int x);
int main(void) {
  put(table, 3);
  printf("%d %d %d %d\\n", limit(3), limit(50), table[1], table[2]);
  return 0;
}
`,
};
/** What the program prints when nothing is planted. */
export const RIGHT = '6 1234 3 10\n';

/** The two files in a folder of their own, and what can be done with them there. */
export class Planted {
  readonly folder: Folder = project(FILES);

  /** Run a program in the folder. */
  run(argv: readonly string[], options: SwarmOptions = {}): Promise<Ended> {
    return start(argv, { cwd: this.folder.dir, ...options }).ended;
  }

  /** The compiler, with -O2, under a table of these rows. */
  compile(rows: string, args: readonly string[], options: SwarmOptions = {}): Promise<Ended> {
    this.folder.write('faults', `${rows}\n`);
    return this.run([FAULTCC, '-ffaults=faults', '-O2', ...args], options);
  }

  /** Compiles and links both files under the rows, and runs the program. */
  async outcome(rows: string, flags: readonly string[] = []): Promise<Ended> {
    const built = await this.compile(rows, [...flags, 'main.c', 'limit.c', '-o', 'program']);
    if (built.stderr !== '') throw new Error(`not built: ${built.stderr}`);
    return this.run(['./program'], { timeoutMs: 10_000 });
  }
}
