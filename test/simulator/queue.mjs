// Jobs in the order of their time. Whoever asks while there is none waits, since a job may come back; when all are done everybody
// is told so.

export class JobQueue {
  #jobs;
  #left;
  #waiting = [];

  constructor(jobs) {
    this.#jobs = [...jobs].sort((a, b) => a.atMs - b.atMs);
    this.#left = jobs.length;
  }

  /** The next job; undefined when all are done. */
  next() {
    const job = this.#jobs.shift();
    if (job !== undefined || this.#left === 0) return Promise.resolve(job);
    return new Promise((settle) => this.#waiting.push(settle));
  }

  /** A job that has to be done again, later. */
  again(job) {
    const waiting = this.#waiting.shift();
    if (waiting !== undefined) return waiting(job);
    const after = this.#jobs.findIndex(({ atMs }) => atMs > job.atMs);
    this.#jobs.splice(after < 0 ? this.#jobs.length : after, 0, job);
  }

  done() {
    this.#left--;
    if (this.#left > 0) return;
    for (const settle of this.#waiting.splice(0)) settle(undefined);
  }
}
