// Flags that the commands of `swarm gate` share.

import { Flags } from '@oclif/core';
import { numeric } from '../bisect/flags.js';

const text = (summary: string, helpValue: string) => Flags.string({ summary, helpValue });

/** Where what a change brings is built and tested. */
export const roomFlags = {
  workspace: text('Build and test as isolated as this workspace is, each side on a tree of its own.', 'NAME'),
  root: text('Where workspaces are kept (.swarm/workspaces in the repository).', 'DIR'),
};

export const gateFlags = {
  dir: Flags.string({ summary: 'A folder of the working tree.', helpValue: 'DIR', default: '.' }),
  base: text('What the change is held against (where HEAD left the branch that work lands on).', 'REV'),
  remote: text('The hub, for the default of --base (origin).', 'NAME'),
  branch: text('The branch of the hub that work lands on (main).', 'NAME'),
  jobs: Flags.integer({ summary: 'Tests at a time (the processors).', helpValue: 'N', min: 1 }),
  'time-limit': numeric('Seconds for each test (60).', 'S'),
  ...roomFlags,
  debug: Flags.boolean({ summary: 'Show where a problem came from.', hidden: true }),
};

export const candidateFlags = {
  commit: text('The change: a commit (the files of the working tree).', 'REV'),
  staged: Flags.boolean({
    summary: 'The change: what a commit would hold now, the index.',
    exclusive: ['commit'],
  }),
};

export const checkFlags = {
  ...gateFlags,
  ...candidateFlags,
  fresh: Flags.boolean({ summary: 'Run everything again, also what was measured or allowed before.' }),
  certify: Flags.boolean({
    summary: 'Where it is allowed, put a certificate at the hub, signed with the gate key.',
  }),
  junit: text('Write a JUnit XML report of the change.', 'FILE'),
  sarif: text('Write what blocks as SARIF.', 'FILE'),
  annotations: Flags.boolean({
    summary: 'Print annotations for GitHub on standard error (on in GitHub Actions).',
    allowNo: true,
  }),
  hook: Flags.string({ hidden: true, options: ['pre-commit', 'pre-push'] }),
  json: Flags.boolean({ summary: 'Print one JSON document (swarm.gate/1).' }),
};
