#!/usr/bin/env node
// The entry: what needs no framework is answered at once; everything else goes to oclif, from the bundle where that is fresh.
const { readdirSync, readFileSync, statSync } = require('node:fs');
const { join } = require('node:path');
const { pathToFileURL } = require('node:url');
const { load } = require('./bundled.js');

const [first, ...rest] = process.argv.slice(2);
const at = (path) => join(__dirname, path);
const timeOf = (path) => statSync(at(path), { throwIfNoEntry: false })?.mtimeMs ?? 0;

/** The bundle is newer than every package that was built. */
function isFresh() {
  const time = timeOf('../bundle/package.json');
  return (
    time > 0 && readdirSync(at('../..')).every((name) => timeOf(`../../${name}/dist/.tsbuildinfo`) < time)
  );
}

async function run() {
  const fresh = isFresh();
  const built = at(fresh ? '../bundle/dist/main.js' : '../dist/main.js');
  const { main } = fresh ? load(built) : await import(pathToFileURL(built));
  await main(process.argv.slice(2), pathToFileURL(built).href);
}

if (first === '--version' && rest.length === 0) {
  const { version } = JSON.parse(readFileSync(at('../package.json'), 'utf8'));
  process.stdout.write(`swarm/${version} ${process.platform}-${process.arch} node-${process.version}\n`);
} else run();
