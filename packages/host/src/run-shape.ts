// What may stand under `run` in a config file, as valibot schemas.

import * as v from 'valibot';
import { count, exactly, flag, text } from './shape-values.js';

const positive = (about: string) =>
  v.pipe(v.number(), v.gtValue(0, 'must be more than 0'), v.description(about));
const list = (about: string) => v.pipe(v.array(v.string()), v.description(about));

/** The keys of `run`. */
export const runSettings = {
  agents: v.optional(count('Agents at once.')),
  name: v.optional(text("What agents' names begin with.")),
  backend: v.optional(text('The agent program: see `swarm agents`.')),
  model: v.optional(text('The model, as its program names it.')),
  args: v.optional(list('Further arguments for its program.')),
  pass: v.optional(list('Variables that sessions get besides those that the backend asks for.')),
  prompt: v.optional(text('The page that every session begins with: AGENT_PROMPT.md.')),
  role: v.optional(text('A page for the role of the agents.')),
  sessionTime: v.optional(positive('Seconds for one session.')),
  idleTime: v.optional(positive('Seconds that a session may make no progress.')),
  sessionUsd: v.optional(positive('Dollars for one session.')),
  sessionTokens: v.optional(count('Tokens for one session.')),
  maxUsd: v.optional(positive('Dollars for a run.')),
  maxUsdPerDay: v.optional(positive('Dollars for a day.')),
  maxUsdPerTask: v.optional(positive('Dollars for a task.')),
  maxTokens: v.optional(count('Tokens for a run.')),
  maxSessions: v.optional(count('Sessions in a run.')),
  attempts: v.optional(count('Failed attempts after which a task is blocked.')),
  sample: v.optional(flag('Check work on a sample of the tests too, which must be green.')),
  gate: v.optional(flag('Check work by the gate.')),
  certify: v.optional(flag('Put a certificate at the hub for what the gate allows.')),
  checkTimeout: v.optional(positive('Seconds for each check.')),
};

export const runShape = exactly(runSettings);
