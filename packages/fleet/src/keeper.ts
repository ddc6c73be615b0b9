// Keeps a lease alive while its work goes on, and tells at once when it was lost.

import { Cancellation, type Lease } from '@swarm/core';
import type { Clock, Desk } from './ports.js';

/** How many renewals fit into a lease's time to live: two may fail before it expires. */
const RENEWALS = 3;

export class LeaseKeeper {
  /** Cancelled when the lease is lost: whatever works under it should stop. */
  readonly lost = new Cancellation();
  private readonly ended = new Cancellation();
  private readonly running: Promise<void>;
  private line: Promise<unknown> = Promise.resolve();

  constructor(
    private lease: Lease,
    private readonly desk: Pick<Desk, 'renew'>,
    private readonly clock: Clock,
    private readonly onTrouble: (what: unknown) => void,
  ) {
    this.running = this.keep();
  }

  /** Use the lease as it stands; meanwhile it isn't renewed, since that would give it another form. */
  use<T>(work: (lease: Lease) => Promise<T>): Promise<T> {
    const result = this.line.then(() => work(this.lease));
    this.line = result.catch(() => {});
    return result;
  }

  /** Stop renewing, and wait for what is under way. */
  async stop(): Promise<void> {
    this.ended.cancel();
    await this.running;
  }

  private async keep(): Promise<void> {
    while (!this.ended.cancelled && !this.lost.cancelled) {
      await this.clock.sleep(this.lease.ttlMs / RENEWALS, this.ended);
      if (!this.ended.cancelled) await this.use((lease) => this.renew(lease));
    }
  }

  /** A hub that is away for a moment is tried again; whether the lease is lost only the hub can say. */
  private async renew(lease: Lease): Promise<void> {
    if (this.ended.cancelled) return;
    try {
      const renewed = await this.desk.renew(lease);
      if (renewed === undefined) this.lost.cancel();
      else this.lease = renewed;
    } catch (error) {
      this.onTrouble(error);
    }
  }
}
