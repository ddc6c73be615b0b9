// Finds daemons where no helper adopts them: processes that a test started and that left its session, and so outlive it unseen. They
// still carry the run's cookie and the test's label in their environment.
//
// Looking costs milliseconds, which is too much after every test. So a test that ended waits for the next look, while others run; a
// look is taken a few times a second and only at processes that are new since the run began.

import { endAtOnce, findStrays, LINGER_MS, processIds } from '@swarm/host';

const LOOK_MS = 200;

interface Waiting {
  readonly endedMs: number;
  readonly settle: (stray: boolean) => void;
}

export class StrayWatch {
  readonly #waiting = new Map<string, Waiting>();
  #before = new Set(processIds());
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> | undefined;
  #hurried = false;

  constructor(private readonly cookie: string) {}

  /** Did the test with this label, which has ended, leave a process behind? By the time of the answer it is gone. */
  settled(label: string): Promise<boolean> {
    return new Promise((settle) => {
      this.#waiting.set(label, { endedMs: performance.now(), settle });
      this.#schedule();
    });
  }

  /** No more tests will start: answer as soon as may be. */
  hurry(): void {
    this.#hurried = true;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#schedule();
  }

  #schedule(): void {
    if (this.#timer !== undefined || this.#looking !== undefined || this.#waiting.size === 0) return;
    this.#timer = setTimeout(
      () => {
        this.#timer = undefined;
        this.#looking = this.#look().finally(() => {
          this.#looking = undefined;
          this.#schedule();
        });
      },
      this.#hurried ? LINGER_MS : LOOK_MS,
    );
  }

  async #look(): Promise<void> {
    const ripe = performance.now() - LINGER_MS + 1;
    const ended = [...this.#waiting].filter(([, { endedMs }]) => endedMs <= ripe);
    const labels = new Set(ended.map(([label]) => label));
    const find = () => findStrays(this.cookie, this.#fresh()).filter(({ label }) => labels.has(label));
    const left = new Set(find().map(({ label }) => label));
    if (left.size > 0) await endAtOnce(() => find().map(({ pid }) => pid));
    for (const [label, { settle }] of ended) {
      this.#waiting.delete(label);
      settle(left.has(label));
    }
  }

  /** Processes that began after the run; a number that was free meanwhile counts as new. */
  #fresh(): number[] {
    const now = processIds();
    const there = new Set(now);
    this.#before = new Set([...this.#before].filter((pid) => there.has(pid)));
    return now.filter((pid) => !this.#before.has(pid));
  }
}
