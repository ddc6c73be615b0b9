// A program of a test's own as one file: started again and again, it spends most of its time on loading the few hundred modules of the
// packages that it uses; as one file it starts in less than half of that.

import { basename } from 'node:path';
import { project } from './folder.ts';

/** The path of the program as one file, gone when the test file ends. */
export async function bundled(program: string): Promise<string> {
  const { rolldown } = await import('rolldown');
  const file = project({}, 'swarm-bundled-').path(basename(program));
  const build = await rolldown({ input: program, platform: 'node' });
  await build.write({ file, format: 'esm', codeSplitting: false });
  await build.close();
  return file;
}
