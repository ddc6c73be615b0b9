// The flags of `swarm sample-test`.

import { Flags } from '@oclif/core';
import { numeric } from '../bisect/flags.js';

const text = (summary: string, helpValue: string) => Flags.string({ summary, helpValue });
const whole = (summary: string, min: number) => Flags.integer({ summary, helpValue: 'N', min });

export const sampleFlags = {
  dir: Flags.string({ summary: 'A folder of the project.', helpValue: 'DIR', default: '.' }),
  fraction: text('How much of the suite: 10% or 0.1 (a tenth, but 20 tests).', 'F'),
  budget: text('The time that it may take: 60s, 2m. What cannot fit is not started (exit 6).', 'T'),
  agent: text("Who asks: a number of all (3/16), or a name (the working copy's).", 'NAME|I/A'),
  round: whole('Which round (pinned to SWARM_TASK, or else to the base commit).', 0),
  next: Flags.boolean({ summary: 'Go on to the next round, and stay there.', exclusive: ['round'] }),
  seed: text('What the permutation is drawn by (0).', 'S'),
  replay: Flags.string({
    summary: 'Run the very sample that a token stands for.',
    helpValue: 'TOKEN',
    exclusive: ['fraction', 'agent', 'round', 'next', 'seed'],
  }),
  failed: Flags.boolean({ summary: 'Add what failed last, up to a fifth of the sample.' }),
  changed: Flags.boolean({ summary: 'Add what the change touches, up to a fifth of the sample.' }),
  jobs: whole('Tests at a time (the processors).', 1),
  'time-limit': numeric('Seconds for each test (60).', 'S'),
  retries: whole('Run failing tests again, alone and last, for a label (0).', 0),
  remote: text('The hub, which knows the base commit (origin).', 'NAME'),
  branch: text('The branch of the hub that work lands on (main).', 'NAME'),
  junit: text('Write a JUnit XML report.', 'FILE'),
  ctrf: text('Write a CTRF JSON report.', 'FILE'),
  list: Flags.boolean({ summary: 'Show what would run, and why.' }),
  json: Flags.boolean({ summary: 'Print one JSON document (swarm.sample/1).' }),
  debug: Flags.boolean({ summary: 'Show where a problem came from.', hidden: true }),
};
