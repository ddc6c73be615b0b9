// What a config may say of a fleet of agents.

import type { PriceTable } from '@swarm/core';

/** One role: an item of `run.roles`. What it leaves out is as for the run. */
export interface RoleConfig {
  readonly name: string;
  /** Left out: `swarm/roles/NAME.md`, where there is one. */
  readonly page?: string;
  readonly agents?: number;
  readonly takes?: {
    readonly kinds?: readonly string[];
    readonly labels?: readonly string[];
    readonly paths?: readonly string[];
  };
  /** It works without tasks: a time such as `2h`, or `20 landings`. */
  readonly every?: string;
  readonly backend?: string;
  readonly model?: string;
  readonly args?: readonly string[];
  readonly sessionTime?: number;
  readonly idleTime?: number;
  readonly sessionUsd?: number;
  readonly sessionTokens?: number;
  readonly maxUsd?: number;
  readonly maxTokens?: number;
  readonly maxSessions?: number;
}

/** The keys of `run`; what isn't in the file is left out. Paths are relative to the file's folder. */
export interface RunConfig {
  readonly agents?: number;
  /** What agents' names begin with: `agent` for agent-1, agent-2, ... */
  readonly name?: string;
  readonly backend?: string;
  readonly model?: string;
  /** Further arguments for the backend's program. */
  readonly args?: readonly string[];
  /** Variables that sessions get besides those that the backend asks for. */
  readonly pass?: readonly string[];
  /** Files and folders of the person's home that each session's own home begins with. */
  readonly login?: readonly string[];
  /** The page that every session begins with; left out: AGENT_PROMPT.md, where there is one. */
  readonly prompt?: string;
  readonly role?: string;
  readonly roles?: readonly RoleConfig[];
  /** Seconds: for one session, and for how long it may make no progress. */
  readonly sessionTime?: number;
  readonly idleTime?: number;
  readonly sessionUsd?: number;
  readonly sessionTokens?: number;
  readonly maxUsd?: number;
  readonly maxUsdPerDay?: number;
  readonly maxTokens?: number;
  readonly maxSessions?: number;
  /** For one task. */
  readonly maxUsdPerTask?: number;
  /** By model: its name, or a beginning of it and `*`. Dollars for a million tokens. */
  readonly prices?: PriceTable;
  readonly attempts?: number;
  readonly shrink?: boolean;
  readonly sample?: boolean;
  readonly gate?: boolean;
  readonly certify?: boolean;
  /** Seconds, for each check. */
  readonly checkTimeout?: number;
}
