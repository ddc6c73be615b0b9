// A program of a test's own as one file: started again and again, it spends most of its time on loading the few hundred modules of the
// packages that it uses; as one file it starts in less than half of that.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

const made = new Map<string, Promise<string>>();

/** The path of the program as one file; made once a process, and gone when that ends. */
export function bundled(program: string): Promise<string> {
  const known = made.get(program) ?? bundle(program);
  made.set(program, known);
  return known;
}

async function bundle(program: string): Promise<string> {
  const { rolldown } = await import('rolldown');
  const dir = mkdtempSync(join(tmpdir(), 'swarm-bundled-'));
  process.once('exit', () => rmSync(dir, { recursive: true, force: true }));
  const file = join(dir, basename(program));
  const build = await rolldown({ input: program, platform: 'node' });
  await build.write({ file, format: 'esm', codeSplitting: false });
  await build.close();
  return file;
}
