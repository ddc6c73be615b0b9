// Keeps beside each file of the bundle the code that V8 makes of it, for packages/cli/bin/bundled.js: of all that runs while every
// file is loaded and one command fails in an empty folder.
const { mkdtempSync, readdirSync, rmSync, writeFileSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');
const { pathToFileURL } = require('node:url');
const { load } = require('../packages/cli/bin/bundled.js');

const [place] = process.argv.slice(2);
const compiled = new Map();
const main = join(place, 'main.js');
const { main: run } = load(main, (file, script) => compiled.set(file, script));
for (const name of readdirSync(place, { recursive: true }))
  if (name.endsWith('.js')) require(join(place, name));

const empty = mkdtempSync(join(tmpdir(), 'swarm-bundle-'));
process.chdir(empty);
process.on('exit', () => {
  process.chdir(place);
  rmSync(empty, { recursive: true });
  for (const [file, script] of compiled) writeFileSync(`${file}.code`, script.createCachedData());
  process.exitCode = 0;
});
run(['task', 'list', '--json'], pathToFileURL(main).href);
