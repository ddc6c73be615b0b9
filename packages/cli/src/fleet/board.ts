// What is shown of a run while it runs. On a terminal one line for each agent and one for all of them, drawn again every second, and above
// them what happened; elsewhere what happened, and now and then a line for all.

import type { FleetEvent } from '@swarm/fleet';
import { Block } from '../terminal/block.js';
import { count, oneLine, seconds } from '../terminal/line.js';
import { createStatus } from '../terminal/status.js';
import { agentLine, costText, eventLine, type Standing, sinceText } from './standing.js';

const LINE = 200;
const DRAW_MS = 1_000;

type Screen = Pick<NodeJS.WriteStream, 'isTTY' | 'columns' | 'rows' | 'write'>;

export class Board {
  readonly #block: Block;
  readonly #plain;
  readonly #timer: NodeJS.Timeout;
  #standing: Standing | undefined;
  /** When the run started, by `now`. */
  #startedMs = 0;

  constructor(
    private readonly screen: Screen,
    private readonly now: () => number,
  ) {
    this.#block = new Block(screen);
    this.#plain = createStatus(screen, now, screen.isTTY);
    this.#timer = setInterval(() => this.#draw(), DRAW_MS).unref();
  }

  note(event: FleetEvent, standing: Standing): void {
    this.#standing = standing;
    this.#startedMs = this.now() - standing.nowMs;
    const line = eventLine(event);
    if (line !== undefined) this.say(line);
    this.#plain.show(plainLine(standing));
  }

  /** A line that stays. */
  say(line: string): void {
    this.#block.draw([]);
    this.screen.write(`${oneLine(line, LINE)}\n`);
    this.#draw();
  }

  close(): void {
    clearInterval(this.#timer);
    this.#block.draw([]);
  }

  #draw(): void {
    if (this.#standing !== undefined)
      this.#block.draw(boardLines(this.#standing, this.now() - this.#startedMs));
  }
}

/** One for each agent, those that work first, and one for all. */
function boardLines({ agents, totals }: Standing, elapsedMs: number): string[] {
  const sorted = [...agents.values()].sort(
    (a, b) => Number(b.task !== undefined) - Number(a.task !== undefined),
  );
  const { landed, sessions, usage } = totals;
  return [
    `landed ${landed}, ${count(sessions, 'session')}${costText(usage, landed)}, ${count(agents.size, 'agent')} for ${seconds(elapsedMs)}`,
    ...sorted.map((agent) => `${agentLine(agent)}${sinceText(agent, elapsedMs)}`),
  ];
}

function plainLine({ agents, totals }: Standing): string {
  const working = [...agents.values()].filter(({ task }) => task !== undefined);
  return [`landed ${totals.landed}`, ...working.map(agentLine)].join(' | ');
}
