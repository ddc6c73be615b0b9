// Start-up: `swarm --version` against bare Node, and the framework's own commands for comparison.
import { join } from 'node:path';
import { compare, verdict } from './paired.mjs';

const run = join(import.meta.dirname, '../../packages/cli/bin/run.js');
const node = process.execPath;
const bare = [node, '-e', '0'];

const version = compare([node, run, '--version'], bare, { pairs: 15 });
verdict('swarm --version / node -e 0', version.ratio, 3, 'x');
const help = compare([node, run, 'bisect', '--help'], bare, { pairs: 7 });
console.log(`     swarm bisect --help / node -e 0: ${help.ratio.toFixed(2)}x`);
