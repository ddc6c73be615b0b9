// What the agents believed: which session held which task from when to when, and how it ended.

export class Diary {
  /** All holds, by session; a session has one. */
  holds = [];
  deaths = 0;
  asks = 0;
  problems = new Map();
  #open = new Map();

  asked() {
    this.asks++;
  }

  claimed(session, task, { lease, instead }, atMs) {
    const hold = {
      session,
      task,
      token: lease.token,
      instead: instead?.token,
      fromMs: atMs,
      toMs: undefined,
      end: undefined,
    };
    this.holds.push(hold);
    this.#open.set(session, hold);
  }

  /** The work is over; the claim not yet. */
  held(session) {
    this.#open.get(session).worked = true;
  }

  ended(session, _task, end, atMs) {
    this.#close(session, end, atMs);
  }

  died(session, _name, atMs) {
    this.deaths++;
    this.#close(session, 'died', atMs);
  }

  problem(error) {
    const words = String(error?.message ?? error).split('\n')[0];
    const what = typeof error?.code === 'string' ? error.code : words.slice(0, 100);
    this.problems.set(what, (this.problems.get(what) ?? 0) + 1);
  }

  #close(session, end, atMs) {
    const hold = this.#open.get(session);
    if (hold === undefined) return;
    Object.assign(hold, { end, toMs: atMs });
    this.#open.delete(session);
  }
}
