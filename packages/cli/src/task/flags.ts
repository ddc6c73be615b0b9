// Flags that the commands about tasks share.

import { Flags } from '@oclif/core';

/** What finds the hub and says who is asking. */
export const hubFlags = {
  dir: Flags.string({ summary: 'A folder of the working repository.', helpValue: 'DIR', default: '.' }),
  remote: Flags.string({
    summary: "The hub: a remote's name or an address; default origin.",
    helpValue: 'NAME',
  }),
  agent: Flags.string({
    summary: 'Who is asking; default: SWARM_AGENT, the workspace, or a name made for this working copy.',
    helpValue: 'NAME',
  }),
  local: Flags.boolean({
    summary: "The tasks in this working tree's .swarm/tasks, where a bisect without a hub leaves them.",
    exclusive: ['remote'],
  }),
  debug: Flags.boolean({ summary: 'Show where a problem came from.', hidden: true }),
};

export const branchFlag = {
  branch: Flags.string({
    summary: 'The branch of the hub that work lands on; default main.',
    helpValue: 'NAME',
  }),
};

export const ttlFlag = {
  ttl: Flags.integer({
    summary: 'Seconds without a sign of life after which others may take the claim over; default 1800.',
    helpValue: 'SECONDS',
    min: 1,
  }),
};

/** `--json`, naming the document. */
export const jsonFlag = (schema: string) => ({
  json: Flags.boolean({ summary: `Print one JSON document (${schema}).` }),
});
