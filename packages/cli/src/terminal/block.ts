// Some lines at the foot of a terminal that are drawn again and again; what else is printed goes above them. Without a terminal nothing is
// drawn.

import { oneLine } from './line.js';

interface Screen {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
  write(text: string): unknown;
}

export class Block {
  #drawn = 0;

  constructor(private readonly screen: Screen) {}

  /** In place of what was drawn before. Lines that are too wide are cut, those that are too many are left out. */
  draw(lines: readonly string[]): void {
    const { isTTY, columns = 80, rows = 24 } = this.screen;
    if (isTTY !== true) return;
    const shown = lines.slice(0, rows - 1).map((line) => oneLine(line, columns - 1));
    if (this.#drawn === 0 && shown.length === 0) return;
    const up = this.#drawn === 0 ? '' : `\u001b[${this.#drawn}A`;
    this.screen.write(`${up}\r\u001b[J${shown.map((line) => `${line}\n`).join('')}`);
    this.#drawn = shown.length;
  }
}
