// Runs a search: keeps up to `jobs` probes in flight and feeds every answer back as it comes.
// Guarantees: no probe runs twice, needed probes go before speculative ones, a probe that is no longer wanted is
// cancelled as soon as its worker is of use elsewhere, and when anything throws, all that is in flight is cancelled
// and waited for before the error goes on. Asynchronous but pure: no clock, no I/O; `prober` does the work.

import { EXIT, SwarmError } from './errors.js';
import { type Answer, type Probe, probeId, type Wanted } from './probe.js';
import type { SearchReport } from './report.js';
import type { Search } from './search.js';

/** Tells a prober that its probe isn't wanted any more. A cancelled probe may still answer; it is then ignored. */
export interface Cancel {
  readonly cancelled: boolean;
  /** Calls `listener` once when the probe is cancelled; at once if it already is. */
  onCancel(listener: () => void): void;
}

export type Prober = (probe: Probe, cancel: Cancel) => Promise<Answer>;

/** Where there may be room for fewer probes than asked for: on a machine whose cores are all busy. */
export interface Elbowroom {
  /** How many there is room for at this moment. */
  readonly now: number;
  /** Calls `listener` whenever there is room for more. */
  onMore(listener: () => void): void;
}

export interface DriveOptions {
  /** Probes in flight at once, at least 1. */
  readonly jobs: number;
  /** Fewer than `jobs` for as long as there is room for fewer; one probe always runs. */
  readonly room?: Elbowroom;
  /** Answers already had, from a journal; such a probe isn't run. */
  readonly known?: (probe: Probe) => Answer | undefined;
  /** Called with every answer before the search sees it, reused ones too: the place to append to a journal. */
  readonly onAnswer?: (answer: Answer) => void | Promise<void>;
  /** Called whenever the search wants something new, with the number of probes in flight: for a status line. */
  readonly onWanted?: (wanted: Wanted, inFlight: number) => void;
  /** Stops the drive from outside; it then throws a SwarmError `interrupted`. */
  readonly cancelled?: Cancel;
}

/** The owner's end of a `Cancel`. */
export class Cancellation implements Cancel {
  private listeners: (() => void)[] = [];
  private done = false;

  get cancelled(): boolean {
    return this.done;
  }

  onCancel(listener: () => void): void {
    if (this.done) listener();
    else this.listeners.push(listener);
  }

  cancel(): void {
    if (this.done) return;
    this.done = true;
    const listeners = this.listeners;
    this.listeners = [];
    for (const listener of listeners) listener();
  }
}

/** Runs `search` to its report. Throws what `prober` or `onAnswer` throws, and `interrupted` when cancelled. */
export async function drive(search: Search, prober: Prober, options: DriveOptions): Promise<SearchReport> {
  return new Drive(search, prober, options).run();
}

class Drive {
  private readonly flights = new Map<string, Cancellation>();
  private readonly unlanded = new Set<Promise<void>>();
  private readonly answered = new Set<string>();
  private arrived: Answer[] = [];
  private failure: { readonly error: unknown } | undefined;
  private wake: () => void = () => {};

  constructor(
    private readonly search: Search,
    private readonly prober: Prober,
    private readonly options: DriveOptions,
  ) {}

  async run(): Promise<SearchReport> {
    this.options.cancelled?.onCancel(() => this.wake());
    this.options.room?.onMore(() => this.wake());
    try {
      let step = this.search.next([]);
      while (!step.done) {
        const reused = await this.recall(step.value);
        if (reused.length === 0) {
          this.launch(step.value);
          this.options.onWanted?.(step.value, this.flights.size);
          await this.news();
        }
        step = this.search.next([...reused, ...(await this.collect())]);
      }
      return step.value;
    } finally {
      await this.abandon();
    }
  }

  /** Answers that need no run. */
  private async recall(wanted: Wanted): Promise<Answer[]> {
    const answers: Answer[] = [];
    const known = this.options.known;
    if (known === undefined) return answers;
    for (const probe of [...wanted.needs, ...wanted.may]) {
      const id = probeId(probe);
      if (this.answered.has(id) || this.flights.has(id)) continue;
      const answer = known(probe);
      if (answer === undefined) continue;
      this.answered.add(id);
      await this.options.onAnswer?.(answer);
      answers.push(answer);
    }
    return answers;
  }

  /** Fills the workers, needed probes first; takes workers away from probes that nobody wants any more. */
  private launch(wanted: Wanted): void {
    const width = Math.max(1, Math.min(this.options.jobs, this.options.room?.now ?? this.options.jobs));
    const probes = [...wanted.needs, ...wanted.may].slice(0, width);
    const ids = new Set(probes.map(probeId));
    const fresh = probes.filter((p) => !this.flights.has(probeId(p)) && !this.answered.has(probeId(p)));
    let free = width - this.flights.size;
    for (const [id, flight] of this.flights) {
      if (free >= fresh.length) break;
      if (ids.has(id)) continue;
      this.flights.delete(id);
      flight.cancel();
      free++;
    }
    for (const probe of fresh.slice(0, Math.max(free, this.flights.size === 0 ? 1 : 0))) this.start(probe);
    if (this.flights.size === 0 && this.arrived.length === 0)
      throw new SwarmError('search: wants only probes that it has had', {
        code: 'search-stuck',
        exit: EXIT.inconclusive,
        hint: 'This is a fault in swarm: please report it with the journal.',
      });
  }

  private start(probe: Probe): void {
    const id = probeId(probe);
    const cancellation = new Cancellation();
    const landed = this.prober(probe, cancellation).then(
      (answer) => {
        if (cancellation.cancelled) return;
        this.flights.delete(id);
        this.answered.add(id);
        this.arrived.push(answer);
        this.wake();
      },
      (error: unknown) => {
        if (cancellation.cancelled) return;
        this.flights.delete(id);
        this.failure ??= { error };
        this.wake();
      },
    );
    this.flights.set(id, cancellation);
    this.unlanded.add(landed);
    void landed.then(() => this.unlanded.delete(landed));
  }

  /** Resolves when something has happened: an answer, an error, a wish to stop. */
  private async news(): Promise<void> {
    if (this.arrived.length > 0 || this.failure !== undefined || this.options.cancelled?.cancelled) return;
    await new Promise<void>((resolve) => {
      this.wake = resolve;
    });
  }

  private async collect(): Promise<Answer[]> {
    const answers = this.arrived;
    this.arrived = [];
    // Before any error goes on: what was answered must not be lost to a journal.
    for (const answer of answers) await this.options.onAnswer?.(answer);
    if (this.failure !== undefined) throw this.failure.error;
    if (this.options.cancelled?.cancelled)
      throw new SwarmError('search: interrupted', {
        code: 'interrupted',
        exit: EXIT.interrupted,
        hint: 'Run the same command with --resume to go on where it stopped.',
      });
    return answers;
  }

  /** Cancels and waits for whatever is still in flight. */
  private async abandon(): Promise<void> {
    for (const flight of this.flights.values()) flight.cancel();
    this.flights.clear();
    await Promise.all(this.unlanded);
  }
}
