// Claims: leases on tasks, and when one has run out. No wall clocks are compared, neither the holder's nor the hub's.
//
// A claim is an object at the hub with an id that no other claim has. Its holder renews it by putting a new object in its
// place before its time to live is over. An observer notes when it first saw an object, on its own monotonic clock; when the
// very same object is there for longer than its time to live, the holder did not renew in time: the claim has expired, and
// may be taken over by replacing exactly that object. A slow observer only waits longer; a clock that is set back or forth
// decides nothing. The id of the object is the fencing token: whatever a holder does with the claim names it, and fails once
// another object is there.

/** What a claim says: who works on what, and for how long without a sign of life. */
export interface Claim {
  readonly task: string;
  /** The agent's name. Two agents may share a name; the token tells them apart. */
  readonly holder: string;
  /** The commit that the work began from. */
  readonly base?: string;
  /** It expires when it was not renewed for this long. */
  readonly ttlMs: number;
}

/** A claim and its fencing token: the id of its object at the hub. */
export interface Lease extends Claim {
  readonly token: string;
}

/** A claim as an observer knows it. */
export interface SeenClaim extends Lease {
  /** For how long the observer knows for sure that it was not renewed. */
  readonly unchangedMs: number;
  /** Unchanged for longer than its time to live: it may be taken over. */
  readonly expired: boolean;
}

/** Which object was seen at a task, and since when at the latest, on the observer's monotonic clock. */
export interface Sighting {
  readonly token: string;
  readonly sinceMs: number;
}

/** By task. */
export type Sightings = ReadonlyMap<string, Sighting>;

/** One look at the hub: what was there at some moment between asking and the answer. */
export interface Look {
  /** Monotonic clock, before the request. */
  readonly askedMs: number;
  /** Monotonic clock, after the answer. */
  readonly answeredMs: number;
  readonly leases: readonly Lease[];
}

/**
 * What an observer knows after one more look. Times are bounds on the safe side: a first sighting counts from the answer,
 * and the age of a claim is measured to the moment of asking. Sightings of claims that are gone are forgotten.
 */
export function observe(before: Sightings, look: Look): { sightings: Sightings; claims: SeenClaim[] } {
  const sightings = new Map<string, Sighting>();
  const claims = look.leases.map((lease): SeenClaim => {
    const known = before.get(lease.task);
    const sighting = known?.token === lease.token ? known : { token: lease.token, sinceMs: look.answeredMs };
    sightings.set(lease.task, sighting);
    const unchangedMs = Math.max(0, look.askedMs - sighting.sinceMs);
    return { ...lease, unchangedMs, expired: unchangedMs > lease.ttlMs };
  });
  return { sightings, claims };
}
