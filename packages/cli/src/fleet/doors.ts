// A few at a time, whoever comes first: for work that asks the hub, of which many begin at once.

import { Lane } from '@swarm/fleet';
import { systemClock } from './clock.js';

const DOORS = 4;

export class Doors {
  readonly #lanes = Array.from({ length: DOORS }, () => new Lane(systemClock));
  #came = 0;

  enter<T>(work: () => Promise<T>): Promise<T> {
    return this.#lanes[this.#came++ % DOORS]!.enter(work);
  }
}
