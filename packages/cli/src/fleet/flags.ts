// Flags that the commands about runs of agents share.

import { Flags } from '@oclif/core';

/** What finds the repository and its hub. */
export const observeFlags = {
  dir: Flags.string({ summary: 'A folder of the repository.', helpValue: 'DIR', default: '.' }),
  remote: Flags.string({
    summary: "The hub: a remote's name or an address; default origin.",
    helpValue: 'REMOTE',
  }),
  debug: Flags.boolean({ summary: 'Show where a problem came from.', hidden: true }),
};

export const runFlag = {
  run: Flags.string({ summary: 'Only this run, by its name; see `swarm status`.', helpValue: 'RUN' }),
};
