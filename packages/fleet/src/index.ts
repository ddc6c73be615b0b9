// What the rest of swarm may use of the fleet: the agent loop, over ports only.

export { type Amount, amountOf } from './amount.js';
export { BackOff, type BackOffTimes } from './back-off.js';
export { Breaker } from './breaker.js';
export type { CheckName, FleetEvent } from './event.js';
export { Lane } from './lane.js';
export { type LeadEnd, type LeadWish, leadPrompt, leadSession } from './lead.js';
export { type Account, Ledger, type Limits } from './ledger.js';
export type {
  Check,
  Claimed,
  Clock,
  Closing,
  Desk,
  Harvest,
  Landed,
  Need,
  Rebased,
  SessionWish,
  Tell,
} from './ports.js';
export { type Duty, type Every, isDue, readEvery, type Takes, takenBy } from './role.js';
export type { Seat, Shared } from './seat.js';
export { accountsOf, type Spending, spendingsOf } from './spending.js';
export { type FleetEnd, type FleetWish, runFleet } from './supervisor.js';
export { readUntil, type Until, untilText } from './until.js';
