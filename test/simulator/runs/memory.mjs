// The most memory that a supervisor and all that it starts hold at once, but for the agents' own programs. Linux only.

import { readdirSync, readFileSync } from 'node:fs';

const LOOK_MS = 500;
const AGENT = /agent-script\/dist\/play\.js/;

export function watchMemory(pid) {
  let most = 0;
  const look = () => {
    most = Math.max(most, held(pid));
  };
  const timer = setInterval(look, LOOK_MS);
  return {
    stop() {
      clearInterval(timer);
      return most;
    },
  };
}

/** Proportional set sizes: shared pages count once. Agents start sessions of their own, which are found by their parents' numbers. */
function held(root) {
  const children = new Map();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const parent = Number(/^PPid:\s*(\d+)/m.exec(read(`/proc/${name}/status`))?.[1]);
    children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
  }
  let bytes = 0;
  const waiting = [root];
  for (let pid = waiting.pop(); pid !== undefined; pid = waiting.pop()) {
    if (AGENT.test(read(`/proc/${pid}/cmdline`))) continue;
    bytes += 1024 * Number(/^Pss:\s*(\d+)/m.exec(read(`/proc/${pid}/smaps_rollup`))?.[1] ?? 0);
    waiting.push(...(children.get(pid) ?? []));
  }
  return bytes;
}

function read(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
