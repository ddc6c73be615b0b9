// How many agents of a run work at a time: fewer, when the last ones add nothing.
//
// Agents cost each other time: they wait for the lane in which work is checked and landed, and what they do conflicts with what another
// one landed meanwhile, or was done by it. When all together lost as much time in this way as one agent has, and half of one's more as
// it comes about by chance, one agent fewer would land as much, for less; with three times as much, three fewer. So many then rest, but never
// more than half at once. When nearly nothing is lost for a while, one of them is called back; each time that this is done, the next time
// takes twice as long, so that it settles.

/** A turn with work in it, and how much of it was for nothing. */
export interface WorkedTurn {
  readonly tookMs: number;
  readonly lostMs: number;
}

/** Fewer turns say nothing. */
const LEAST_TURNS = 8;
/** In agents: less than this is nearly nothing. */
const LITTLE = 0.25;
/** So much is lost where agents only happen to come at the same time. */
const CHANCE = 0.5;
const FIRST_PATIENCE = 2;

export class Admission {
  /** How many may work. */
  allowed: number;
  private tookMs = 0;
  private lostMs = 0;
  private turns = 0;
  /** Turns that began when more were at work. */
  private stale = 0;
  private calm = 0;
  private patience = FIRST_PATIENCE;

  constructor(private readonly agents: number) {
    this.allowed = agents;
  }

  /** Note a turn that has ended. True when `allowed` has changed. */
  note({ tookMs, lostMs }: WorkedTurn): boolean {
    if (this.stale > 0) {
      this.stale--;
      return false;
    }
    this.turns++;
    this.tookMs += tookMs;
    this.lostMs += lostMs;
    if (this.turns < Math.max(LEAST_TURNS, 2 * this.allowed)) return false;
    const lost = this.allowed * Math.min(1, this.lostMs / Math.max(1, this.tookMs));
    [this.turns, this.tookMs, this.lostMs] = [0, 0, 0];
    return this.decide(lost);
  }

  /** `lost`: in agents. */
  private decide(lost: number): boolean {
    const surplus = Math.floor(lost - CHANCE);
    if (surplus >= 1 && this.allowed > 1) {
      const fewer = Math.max(1, Math.min(surplus, this.allowed >> 1));
      this.stale = this.allowed;
      this.allowed -= fewer;
      this.calm = 0;
      return true;
    }
    this.calm = lost < LITTLE ? this.calm + 1 : 0;
    if (this.calm < this.patience || this.allowed >= this.agents) return false;
    this.allowed++;
    this.calm = 0;
    this.patience *= 2;
    return true;
  }
}
