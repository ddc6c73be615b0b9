// Who of the agents that take tasks may work now, and who rests until there is a use for it.

import type { Cancel } from '@swarm/core';
import { Admission, type WorkedTurn } from './admission.js';

export class Turnstile {
  private readonly admission: Admission;
  private readonly waiting = new Set<() => void>();
  private open = false;

  /** `agents`: in the order in which they are needed. */
  constructor(private readonly agents: string[]) {
    this.admission = new Admission(agents.length);
  }

  /** Note a turn with work in it. */
  note(turn: WorkedTurn): void {
    if (this.admission.note(turn)) this.wake();
  }

  /** Wait until this agent is wanted. `onRest` is told once when it has to wait. False: all was stopped meanwhile. */
  async enter(agent: string, stop: Cancel, onRest: () => void): Promise<boolean> {
    if (!stop.cancelled && this.rests(agent)) onRest();
    while (!stop.cancelled && this.rests(agent))
      await new Promise<void>((wake) => {
        this.waiting.add(wake);
        stop.onCancel(wake);
      });
    return !stop.cancelled;
  }

  /** An agent is gone: another one takes its place. */
  leave(agent: string): void {
    const at = this.agents.indexOf(agent);
    if (at >= 0) this.agents.splice(at, 1);
    this.wake();
  }

  /** There is nothing left to do: everybody may see that. */
  openForAll(): void {
    this.open = true;
    this.wake();
  }

  private rests(agent: string): boolean {
    return !this.open && this.agents.indexOf(agent) >= this.admission.allowed;
  }

  private wake(): void {
    for (const wake of this.waiting) wake();
    this.waiting.clear();
  }
}
