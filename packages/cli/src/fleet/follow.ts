// `swarm logs --follow`: what `swarm logs` shows, and then whatever comes, until the run is over. Of an agent that is what it does and what
// each of its sessions prints; of a run what all agents do; of one session what it prints, until it ends.

import { setTimeout as sleep } from 'node:timers/promises';
import type { FleetEvent } from '@swarm/fleet';
import { GrowingFile } from '@swarm/host';
import { eventOf, type LogEvent } from '../report/run-log.js';
import type { Told } from '../terminal/told.js';
import {
  deedLine,
  eventFile,
  FEW_LINES,
  findSubject,
  type LogsWish,
  type Subject,
  sessionFile,
  toldOf,
} from './logs.js';
import { lives } from './past-runs.js';

const LOOK_MS = 200;

/** `print` gets lines with texts from outside in them. Ends early when the signal fires. Throws `no-agent` (exit 2). */
export async function followLogs(
  wish: LogsWish,
  print: (line: string) => void,
  signal: AbortSignal,
): Promise<Told> {
  const subject = await findSubject(wish);
  const follower = new Follower(subject, wish.lines ?? FEW_LINES, print);
  for (;;) {
    // Asked before reading: what a process wrote before it died is read after that.
    const alive = lives(subject.read.owner);
    follower.readOn();
    if (follower.why === undefined && !alive) follower.why = 'its process is gone';
    if (follower.why !== undefined || signal.aborted) break;
    await sleep(LOOK_MS, undefined, { signal }).catch(() => {});
  }
  follower.close();
  const why = follower.why === undefined ? [] : [`${follower.what} is over: ${follower.why}`];
  return toldOf({ ...subject, session: follower.session }, why, true);
}

class Follower {
  /** Why nothing comes any more. */
  why: string | undefined;
  /** The newest of what is followed. */
  session: string | undefined;
  private readonly events: GrowingFile;
  /** What the session prints that runs. */
  private text: GrowingFile | undefined;
  /** Lines from before anybody followed, of which the last are shown; undefined: what comes is new. */
  private before: string[] | undefined = [];

  constructor(
    private readonly subject: Subject,
    private readonly most: number,
    private readonly print: (line: string) => void,
  ) {
    this.session = subject.session;
    if (this.isSession) this.open(subject.session!);
    this.events = new GrowingFile(eventFile(subject.read), (line) => {
      for (const event of eventOf(line)) this.note(event);
    });
  }

  get what(): string {
    return this.isSession ? `session ${this.session}` : `run ${this.subject.read.run}`;
  }

  readOn(): void {
    this.events.readOn();
    this.showBefore();
    this.text?.readOn();
    this.showBefore();
    this.before = undefined;
  }

  close(): void {
    this.text?.close();
    this.events.close();
  }

  private get isSession(): boolean {
    return this.subject.agent === undefined && this.subject.session !== undefined;
  }

  private note(logged: LogEvent): void {
    const { agent } = this.subject;
    const event = logged as unknown as FleetEvent;
    const isOurs = logged.agent === agent || (this.isSession && logged.session === this.session);
    if (event.kind === 'session-ended' && isOurs) this.end(event.outcome);
    const deed = this.isSession ? undefined : deedLine(logged, agent);
    if (deed !== undefined) this.say(deed);
    if (event.kind === 'session-started' && isOurs && !this.isSession) this.open(event.session);
    if (event.kind === 'fleet-stopped') this.why ??= event.why;
  }

  /** Of an agent's sessions that ended before anybody followed its deeds are enough. */
  private end(outcome: string): void {
    if (this.isSession) this.why ??= outcome;
    else {
      if (this.before === undefined) this.text?.close();
      this.text = undefined;
    }
  }

  private open(session: string): void {
    const path = sessionFile(this.subject.read, session);
    const mark = this.isSession ? '' : `${session.split('-', 1)[0]}| `;
    this.session = session;
    this.text = new GrowingFile(path, (line) => {
      if (line !== '') this.say(`${mark}${line}`);
    });
  }

  private say(line: string): void {
    if (this.before === undefined) this.print(line);
    else if (this.before.push(line) > this.most) this.before.shift();
  }

  private showBefore(): void {
    for (const line of this.before?.splice(0) ?? []) this.print(line);
  }
}
