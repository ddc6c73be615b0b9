// Which of the two forms of the command line runs: the bundle, unless something was built after it.

import { cpSync, utimesSync } from 'node:fs';
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
  folder.write('packages/cli/bundle/dist/main.js', says('bundle'));
  expect(await said()).toBe('built\n');
  folder.write('packages/cli/bundle/package.json', '{ "type": "module" }');
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
