// From where an agent looks at the suite: its number among the agents, and the round. Both stay the same all through a task, so that an
// agent sees the same tests again and knows its own regressions.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type AgentNumber, hashBelow, windowOf } from '@swarm/core';
import { makeFolder, writeFileAtomic } from '@swarm/host';
import { agentName } from '../task/agent-name.js';
import { type SampleSettings, usage } from './settings.js';

export interface Viewpoint {
  readonly window: number;
  readonly round: number;
  /** For people: `agent 3/16`. */
  readonly agent: string;
  /** What the agent's history is kept under. */
  readonly name: string;
}

type Looker = Pick<SampleSettings, 'root' | 'agent' | 'round' | 'next' | 'seed'>;

/** `pin`: what the round is pinned to. Throws `usage` and `bad-agent` (exit 2). */
export async function viewpointOf(
  settings: Looker,
  windows: number,
  pin: string,
  state: string,
): Promise<Viewpoint> {
  const { number, words, name } = agentOf(settings, windows);
  const round = settings.round ?? (await pinnedRound(settings, `${name} ${pin}`, pin, state));
  return { window: windowOf(number, round, windows), round, agent: words, name };
}

interface Agent {
  readonly number: AgentNumber;
  readonly words: string;
  readonly name: string;
}

/** `3/16` is the third of sixteen. A name has no number until somebody keeps a list: then a hash of it serves. */
function agentOf({ root, agent, seed }: Looker, windows: number): Agent {
  const [, number, of] = /^(\d+)\/(\d+)$/.exec(agent ?? '') ?? [];
  if (number === undefined) {
    const name = agentName(agent, root);
    return {
      number: { number: hashBelow(seed, name, windows), of: windows },
      words: `agent ${name}, numbered by a hash of its name`,
      name,
    };
  }
  if (Number(number) < 1 || Number(number) > Number(of))
    throw usage(`agent ${agent}: there is no such number`, 'give one from 1/A to A/A');
  return {
    number: { number: Number(number) - 1, of: Number(of) },
    words: `agent ${agent}`,
    name: `agent-${number}-of-${of}`,
  };
}

const ROUNDS = 2 ** 20;
/** Pins that are remembered. */
const KEPT = 200;

/** The round that a pin stands for, and as many further as `--next` was said since. */
async function pinnedRound({ seed, next }: Looker, key: string, pin: string, state: string): Promise<number> {
  const file = join(state, 'tests', 'rounds.json');
  const known = await readAdvances(file);
  const advance = (known.get(key) ?? 0) + (next ? 1 : 0);
  if (next) {
    known.delete(key);
    known.set(key, advance);
    makeFolder(join(state, 'tests'), 'rounds');
    const kept = Object.fromEntries([...known].slice(-KEPT));
    await writeFileAtomic(file, `${JSON.stringify(kept)}\n`, { durable: false });
  }
  return (pin === '' ? 0 : hashBelow(seed, pin, ROUNDS)) + advance;
}

async function readAdvances(file: string): Promise<Map<string, number>> {
  try {
    const value = JSON.parse(await readFile(file, 'utf8')) as Record<string, unknown>;
    return new Map(
      Object.entries(value).filter((entry): entry is [string, number] => Number.isInteger(entry[1])),
    );
  } catch {
    return new Map();
  }
}
