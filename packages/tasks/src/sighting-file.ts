// What this workspace has seen of the hub's claims, kept between processes: which object, and since when on the monotonic clock
// of this boot. After a reboot, or where the clock can't be known again, everything is seen for the first time.
//
// Processes that write at once may lose each other's news; then a claim expires later for us, never sooner.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Lease, observe, type SeenClaim, type Sighting, type Sightings } from '@swarm/core';
import { writeFileAtomic } from '@swarm/host';
import type { Clock } from './hub.js';

export class SightingFile {
  readonly #path: string;

  constructor(
    state: string,
    private readonly clock: Clock,
  ) {
    this.#path = join(state, 'sightings.json');
  }

  /** Make one observation: `look` asks the hub. What it found comes back with what is known of its claims. */
  async observe<T extends { readonly leases: readonly Lease[] }>(
    look: () => Promise<T>,
  ): Promise<T & { readonly claims: readonly SeenClaim[] }> {
    const askedMs = this.clock.nowMs();
    const found = await look();
    const answeredMs = this.clock.nowMs();
    const before = await this.#read(answeredMs);
    const { sightings, claims } = observe(before, { askedMs, answeredMs, leases: found.leases });
    if (differ(before, sightings)) await this.#write(sightings);
    return { ...found, claims };
  }

  async #read(nowMs: number): Promise<Sightings> {
    try {
      const { epoch, claims } = JSON.parse(await readFile(this.#path, 'utf8')) as Kept;
      if (epoch !== this.clock.epoch) return new Map();
      return new Map(Object.entries(claims).filter(([, sighting]) => isSighting(sighting, nowMs)));
    } catch {
      return new Map(); // None yet, or not whole: everything is seen for the first time.
    }
  }

  #write(sightings: Sightings): Promise<void> {
    const kept: Kept = { epoch: this.clock.epoch, claims: Object.fromEntries(sightings) };
    return writeFileAtomic(this.#path, `${JSON.stringify(kept)}\n`, { durable: false });
  }
}

interface Kept {
  readonly epoch: string;
  readonly claims: Readonly<Record<string, Sighting>>;
}

/** Nothing can have been seen in the future. */
const isSighting = (sighting: Sighting, nowMs: number): boolean =>
  typeof sighting?.token === 'string' && sighting.sinceMs <= nowMs;

const differ = (a: Sightings, b: Sightings): boolean =>
  a.size !== b.size || [...b].some(([task, { token }]) => a.get(task)?.token !== token);
