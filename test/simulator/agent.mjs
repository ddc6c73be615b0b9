// A scripted agent: takes jobs in their order, claims, works while it renews, and lands, hands back, or dies. What it believes to
// hold goes into a diary, which the judge holds against what the hub says.

const MINUTE = 60_000;
/** A session has about this many git commands: the one before which it is killed is drawn from them. */
const MOST_COMMANDS = 14;

/** Thrown out of a session that ends early; the job goes on later. */
class Away extends Error {}

export class Agent {
  #sessions = 0;

  constructor(name, folder, fleet) {
    this.name = name;
    this.folder = folder;
    this.fleet = fleet;
  }

  /** Until there are no jobs. A session that is killed never comes back: another one takes its place. */
  async live() {
    const { clock, queue } = this.fleet;
    for (;;) {
      const job = await clock.aside(queue.next());
      if (job === undefined) return;
      if (job.atMs > clock.nowMs) await clock.until(job.atMs, this.fleet.gridMs);
      const ended = await this.#session(job);
      if (ended === 'killed' && job.left === true) queue.done();
      else if (ended === 'killed') {
        queue.again({
          ...job,
          rival: false,
          end: job.end === 'die' ? 'supersede' : job.end,
          atMs: clock.nowMs + MINUTE,
        });
        await clock.until(clock.nowMs + MINUTE, this.fleet.gridMs);
      } else if (ended === 'again') queue.again({ ...job, rival: false, atMs: clock.nowMs + 5 * MINUTE });
      else queue.done();
    }
  }

  /** One session; its death is an end like others for whoever started it. */
  #session(job) {
    const { fleet } = this;
    const session = `${this.folder}#${++this.#sessions}`;
    const mayDie = job.end !== 'die' && fleet.faults.kill();
    let commands = 0;
    const dieAt = mayDie ? Math.floor(fleet.random() * MOST_COMMANDS) : -1;
    return new Promise((settled) => {
      const settle = (end) => {
        if (mayDie && end !== 'killed') fleet.faults.owed++; // It was over before its time had come.
        settled(end);
      };
      let dead = false;
      const die = () => {
        dead = true;
        fleet.diary.died(session, this.name, fleet.clock.nowMs);
        settle('killed');
        return new Promise(() => {});
      };
      const onGit = () => (dead || commands++ === dieAt ? die() : undefined);
      this.#work(job, session, { onGit, die }).then(
        (end) => !dead && settle(end),
        (error) => {
          if (dead) return;
          fleet.diary.problem(error);
          settle('again');
        },
      );
    });
  }

  async #work(job, session, { onGit, die }) {
    const { fleet } = this;
    const { clock, world, diary, ttlMs } = fleet;
    const hub = await world.hub(this.folder, { onGit, ...fleet.hubOptions(this.folder) });
    const claim = () => hub.claims.claim({ task: job.task, holder: this.name, ttlMs });
    let result = await claim();
    diary.asked();
    for (let tries = 0; result.kind === 'held'; tries++) {
      if (job.rival || tries > 4) return job.rival ? 'done' : 'again';
      await clock.until(clock.nowMs + ttlMs + MINUTE, fleet.gridMs);
      result = await claim();
    }
    if (result.kind === 'gone') return 'done';
    diary.claimed(session, job.task, result, clock.nowMs);
    const held = await this.#hold(hub, job, session, result.lease);
    if (held === undefined) return 'again';
    if (job.end === 'die') return die();
    if (job.end === 'supersede') return this.#supersede(hub, job, session, held);
    return this.#land(hub, job, session, held);
  }

  /** Work: time goes by, and the lease is renewed. Undefined when it was lost. */
  async #hold(hub, job, session, first) {
    const { clock, diary, ttlMs, gridMs } = this.fleet;
    let lease = first;
    for (const endMs = clock.nowMs + job.holdMs; clock.nowMs < endMs; ) {
      await clock.until(Math.min(endMs, clock.nowMs + ttlMs / 3), gridMs);
      if (clock.nowMs >= endMs) break;
      const renewed = await patiently(this.fleet, () => hub.claims.renew(lease));
      if (renewed.kind === 'lost') return this.#lost(job, session);
      lease = renewed.lease;
    }
    diary.held(session);
    return lease;
  }

  async #supersede(hub, job, session, lease) {
    const becomes = { state: 'superseded', reason: 'verify is green' };
    const released = await patiently(this.fleet, () => hub.claims.release(lease, { becomes }));
    if (released.kind === 'lost') return this.#lostThen(job, session);
    this.fleet.diary.ended(session, job.task, 'superseded', this.fleet.clock.nowMs);
    return 'done';
  }

  async #land(hub, job, session, lease) {
    const { fleet } = this;
    const work = () =>
      fleet.quick ? fleet.world.workQuickly(this.folder, job.task) : fleet.world.work(this.folder, job.task);
    let commit = await patiently(fleet, work);
    for (;;) {
      const landed = await patiently(fleet, () => hub.land({ lease, commit }));
      if (landed.kind === 'landed') {
        fleet.diary.ended(session, job.task, 'landed', fleet.clock.nowMs);
        return 'done';
      }
      if (landed.kind !== 'base-moved') return this.#lostThen(job, session);
      if (fleet.quick) {
        commit = await patiently(fleet, work);
        continue;
      }
      const synced = await patiently(fleet, () => hub.sync());
      if (synced.kind !== 'synced') throw new Error(`sync: ${JSON.stringify(synced)}`);
    }
  }

  #lost(job, session) {
    this.fleet.diary.ended(session, job.task, 'lost', this.fleet.clock.nowMs);
  }

  #lostThen(job, session) {
    this.#lost(job, session);
    return 'again';
  }
}

/** Again while the hub is away; not for ever. */
async function patiently(fleet, work) {
  for (let tries = 0; ; tries++) {
    try {
      return await work();
    } catch (error) {
      fleet.diary.problem(error);
      if (tries >= 12) throw new Away(String(error), { cause: error });
      await fleet.clock.until(fleet.clock.nowMs + 5 * MINUTE, fleet.gridMs);
    }
  }
}
