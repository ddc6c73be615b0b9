#!/usr/bin/env node
// The entry: what needs no framework is answered at once; everything else goes to oclif.
import { readFileSync } from 'node:fs';

const [first, ...rest] = process.argv.slice(2);

if (first === '--version' && rest.length === 0) {
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  process.stdout.write(`swarm/${version} ${process.platform}-${process.arch} node-${process.version}\n`);
} else {
  const { main } = await import('../dist/main.js');
  await main(process.argv.slice(2), import.meta.url);
}
