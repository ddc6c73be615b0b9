// Virtual time for agents that do real work: it stands still while anybody is awake, and jumps to the next who wakes when all
// sleep. So weeks pass in minutes, work costs no time, and whoever wakes at one moment really works at once.

export class VirtualClock {
  #nowMs = 1_000;
  #awake = 0;
  #sleepers = [];
  #watchers = [];

  /** As a hub takes it. */
  get clock() {
    return { nowMs: () => this.#nowMs, epoch: 'simulated' };
  }

  get nowMs() {
    return this.#nowMs;
  }

  /** Sleep until a moment, to the next step of the grid. */
  async until(ms, gridMs = 1) {
    const at = Math.max(this.#nowMs + 1, Math.ceil(ms / gridMs) * gridMs);
    await new Promise((wake) => {
      this.#sleepers.push({ at, wake });
      this.#leave();
    });
  }

  /** Wait for something that others do; counts as sleep. */
  async aside(promise) {
    this.#leave();
    try {
      return await promise;
    } finally {
      this.#awake++;
    }
  }

  /** Run someone; when it returns or throws, time no longer waits for it. */
  async run(work) {
    this.#awake++;
    try {
      return await work();
    } finally {
      this.#leave();
    }
  }

  /** Called with the time at each jump. */
  onJump(watcher) {
    this.#watchers.push(watcher);
  }

  #leave() {
    this.#awake--;
    if (this.#awake === 0) setImmediate(() => this.#jump());
  }

  #jump() {
    if (this.#awake > 0 || this.#sleepers.length === 0) return;
    this.#nowMs = Math.min(...this.#sleepers.map(({ at }) => at));
    for (const watch of this.#watchers) watch(this.#nowMs);
    const due = this.#sleepers.filter(({ at }) => at <= this.#nowMs);
    this.#sleepers = this.#sleepers.filter(({ at }) => at > this.#nowMs);
    this.#awake += due.length;
    for (const { wake } of due) wake();
  }
}
