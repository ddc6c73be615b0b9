#!/usr/bin/env node
// The entry: what needs no framework is answered at once; everything else goes to oclif, from the bundle where that is fresh.
import { readdirSync, readFileSync, statSync } from 'node:fs';

const [first, ...rest] = process.argv.slice(2);
const at = (path) => new URL(path, import.meta.url);
const timeOf = (path) => statSync(at(path), { throwIfNoEntry: false })?.mtimeMs ?? 0;

/** The bundle is newer than every package that was built. */
function isFresh() {
  const time = timeOf('../bundle/package.json');
  return (
    time > 0 && readdirSync(at('../../')).every((name) => timeOf(`../../${name}/dist/.tsbuildinfo`) < time)
  );
}

if (first === '--version' && rest.length === 0) {
  const { version } = JSON.parse(readFileSync(at('../package.json'), 'utf8'));
  process.stdout.write(`swarm/${version} ${process.platform}-${process.arch} node-${process.version}\n`);
} else {
  const built = at(isFresh() ? '../bundle/dist/main.js' : '../dist/main.js').href;
  const { main } = await import(built);
  await main(process.argv.slice(2), built);
}
