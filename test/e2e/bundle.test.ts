// Which of the two forms of the command line runs: the bundle, unless something was built after it.

import { cpSync, readdirSync, rmSync, utimesSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { project } from '../kit/folder.ts';
import { start } from '../kit/swarm.ts';

const BIN = join(dirname(dirname(dirname(fileURLToPath(import.meta.url)))), 'packages', 'cli', 'bin');

test('what was built last is what runs', async () => {
  const says = (text: string) => `export const main = () => console.log('${text}');\n`;
  const folder = project({
    'packages/core/dist/.tsbuildinfo': '{}',
    'packages/cli/package.json': '{ "type": "module", "version": "1.0.0" }',
    'packages/cli/dist/.tsbuildinfo': '{}',
    'packages/cli/dist/main.js': says('built'),
  });
  cpSync(BIN, folder.path('packages/cli/bin'), { recursive: true });
  const said = async () =>
    (await start([process.execPath, folder.path('packages/cli/bin/run.js'), 'x']).ended).stdout;
  expect(await said()).toBe('built\n');
  folder.write('packages/cli/bundle/dist/main.js', "exports.main = () => console.log('bundle');\n");
  expect(await said()).toBe('built\n');
  folder.write('packages/cli/bundle/package.json', '{ "type": "commonjs" }');
  const later = Date.now() / 1000 + 10;
  utimesSync(folder.path('packages/cli/bundle/package.json'), later, later);
  expect(await said()).toBe('bundle\n');
  utimesSync(folder.path('packages/core/dist/.tsbuildinfo'), later + 1, later + 1);
  expect(await said()).toBe('built\n');
});

test.each(['', 'queue'])('help is shown: swarm %s --help', async (topic) => {
  const words = [topic, '--help'].filter((word) => word !== '');
  const { code, stdout, stderr } = await start([process.execPath, join(BIN, 'run.js'), ...words]).ended;
  expect([code, stderr, stdout]).toEqual([0, '', expect.stringMatching(/^USAGE$/m)]);
});

test('the bundle runs without the code that V8 made of it, and with code that V8 refuses', async () => {
  const folder = project({});
  cpSync(join(BIN, '..', 'bundle', 'dist'), folder.path('bundle/dist'), { recursive: true });
  const load = (main: string) =>
    `require(${JSON.stringify(join(BIN, 'bundled.js'))}).load(${JSON.stringify(main)})`;
  const main = folder.path('bundle/dist/main.js');
  const said = async () => await start([process.execPath, '-p', `typeof ${load(main)}.main`]).ended;
  const codes = readdirSync(folder.path('bundle/dist'), { recursive: true, encoding: 'utf8' }).filter(
    (name) => name.endsWith('.code'),
  );
  expect(codes.length).toBeGreaterThan(20);
  for (const name of codes) folder.write(join('bundle/dist', name), 'nonsense');
  expect(await said()).toMatchObject({ code: 0, stdout: 'function\n', stderr: '' });
  for (const name of codes) rmSync(folder.path(join('bundle/dist', name)));
  expect(await said()).toMatchObject({ code: 0, stdout: 'function\n', stderr: '' });
});
