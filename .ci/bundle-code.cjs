// Keeps beside each file of the bundle the code that V8 makes of it, for packages/cli/bin/bundled.js: of all that runs while every
// file is loaded, a test is run, and a command fails for want of a repository.
const { mkdtempSync, readdirSync, rmSync, writeFileSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');
const { pathToFileURL } = require('node:url');
const { setFlagsFromString } = require('node:v8');
const { load } = require('../packages/cli/bin/bundled.js');

const [place] = process.argv.slice(2);
const compiled = new Map();
const main = join(place, 'main.js');
const { main: run } = load(main, (file, script) => compiled.set(file, script));
for (const name of readdirSync(place, { recursive: true }))
  if (name.endsWith('.js')) require(join(place, name));

const folder = mkdtempSync(join(tmpdir(), 'swarm-bundle-'));
writeFileSync(join(folder, 'swarm.config.yaml'), 'tests: { suites: [{ glob: "*.t", run: "true {}" }] }\n');
writeFileSync(join(folder, 'one.t'), '');
process.chdir(folder);
process.on('exit', () => {
  setFlagsFromString('--opt --incremental-marking'); // As a command begins; V8 takes code only under the flags that it was made with.
  process.chdir(place);
  rmSync(folder, { recursive: true });
  for (const [file, script] of compiled) writeFileSync(`${file}.code`, script.createCachedData());
  process.exitCode = 0;
});

async function exercise() {
  for (const words of [['sample-test'], ['task', 'list', '--json']])
    await run(words, pathToFileURL(main).href);
}

exercise();
