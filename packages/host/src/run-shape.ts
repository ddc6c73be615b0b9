// What may stand under `run` in a config file, as valibot schemas.

import * as v from 'valibot';
import { count, exactly, flag, text } from './shape-values.js';

const positive = (about: string) =>
  v.pipe(v.number(), v.gtValue(0, 'must be more than 0'), v.description(about));
const list = (about: string) => v.pipe(v.array(v.string()), v.description(about));

/** Which program an agent is. */
const program = {
  backend: v.optional(text('The agent program: see `swarm agents`.')),
  model: v.optional(text('The model, as its program names it.')),
  args: v.optional(list('Further arguments for its program.')),
};

const sessionLimits = {
  sessionTime: v.optional(positive('Seconds for one session.')),
  idleTime: v.optional(positive('Seconds that a session may make no progress.')),
  sessionUsd: v.optional(positive('Dollars for one session.')),
  sessionTokens: v.optional(count('Tokens for one session.')),
};

const takesSettings = {
  kinds: v.optional(list('Kinds of tasks.')),
  labels: v.optional(list('Labels of tasks.')),
  paths: v.optional(list('Globs of paths that tasks are about.')),
};

const roleSettings = {
  name: v.pipe(
    v.string(),
    v.regex(/^[a-z](?:[a-z0-9-]{0,22}[a-z0-9])?$/, 'must be a word of small letters, digits and hyphens'),
    v.description('What it is called.'),
  ),
  page: v.optional(text('The page that its sessions begin with: swarm/roles/NAME.md.')),
  agents: v.optional(count('Agents at once.')),
  every: v.optional(
    v.pipe(
      v.string(),
      v.regex(/^(\d+(\.\d+)?[smhd]|[1-9]\d* landings?)$/, 'must be a time such as 2h, or 20 landings'),
      v.description('It works without tasks, this often: 2h, or 20 landings.'),
    ),
  ),
  ...program,
  ...sessionLimits,
  maxUsd: v.optional(positive('Dollars for the role in a run.')),
  maxTokens: v.optional(count('Tokens for the role in a run.')),
  maxSessions: v.optional(count('Sessions of the role in a run.')),
};

export const takesShape = exactly(takesSettings);
export const roleShape = exactly({ ...roleSettings, takes: v.optional(takesShape) });
const NO_ROLE = 'must name at least one role';

const dollars = (about: string) =>
  v.pipe(v.number(), v.minValue(0, 'must be 0 or more'), v.description(about));

const priceSettings = {
  input: dollars('For a million tokens that are read.'),
  output: dollars('For a million tokens that are written.'),
  cached: v.optional(dollars("For a million tokens from the provider's cache; left out: as input.")),
};
const PRICES =
  "Dollars for a million tokens, by a model's name or its beginning and `*`, where a program doesn't say its cost.";

export const priceShape = exactly(priceSettings);

/** The keys of `run`, but for its roles. */
const plainSettings = {
  agents: v.optional(count('Agents at once.')),
  name: v.optional(text("What agents' names begin with.")),
  ...program,
  pass: v.optional(list('Variables that sessions get besides those that the backend asks for.')),
  login: v.optional(list("Files of one's own home that a session's home begins with: .codex/auth.json.")),
  prompt: v.optional(text('The page that every session begins with: AGENT_PROMPT.md.')),
  role: v.optional(text('A page for the role of the agents.')),
  ...sessionLimits,
  maxUsd: v.optional(positive('Dollars for a run.')),
  maxUsdPerDay: v.optional(positive('Dollars for a day.')),
  maxUsdPerTask: v.optional(positive('Dollars for a task.')),
  maxTokens: v.optional(count('Tokens for a run.')),
  maxSessions: v.optional(count('Sessions in a run.')),
  attempts: v.optional(count('Failed attempts after which a task is blocked.')),
  shrink: v.optional(flag('Let agents rest when the last ones add nothing (true).')),
  sample: v.optional(flag('Check work on a sample of the tests too, which must be green.')),
  gate: v.optional(flag('Check work by the gate.')),
  certify: v.optional(flag('Put a certificate at the hub for what the gate allows.')),
  checkTimeout: v.optional(positive('Seconds for each check.')),
};

export const runShape = exactly({
  ...plainSettings,
  prices: v.optional(v.record(v.string(), priceShape)),
  roles: v.optional(v.pipe(v.array(roleShape), v.minLength(1, NO_ROLE))),
});

/** What people may write, as editors are told. */
export const runSettings = {
  ...plainSettings,
  prices: v.optional(v.pipe(v.record(v.string(), v.strictObject(priceSettings)), v.description(PRICES))),
  roles: v.optional(
    v.pipe(
      v.array(
        v.strictObject({
          ...roleSettings,
          takes: v.optional(
            v.pipe(
              v.strictObject(takesSettings),
              v.description('Which tasks it takes; left out: what no other role names.'),
            ),
          ),
        }),
      ),
      v.minLength(1, NO_ROLE),
      v.description('Roles of agents.'),
    ),
  ),
};
