import { Command, Flags } from '@oclif/core';
import { observeFlags, runFlag } from '../fleet/flags.js';
import { jsonFlag } from '../task/flags.js';
import { tell } from '../terminal/told.js';
import { word } from '../terminal/word.js';

export default class Logs extends Command {
  static override readonly summary =
    'Show what agents did, or what a session printed: the last lines, and where the rest is.';
  static override readonly examples = [
    '<%= config.bin %> logs --follow',
    '<%= config.bin %> logs agent-2 --follow',
    '<%= config.bin %> logs 0003-agent-2 --lines 100',
    '<%= config.bin %> logs 3',
  ];
  static override readonly args = {
    name: word({ description: "An agent's name, a session's, or a session's number; all agents." }),
  };
  static override readonly flags = {
    lines: Flags.integer({ summary: 'How many lines; default: what fits in ten.', helpValue: 'N', min: 1 }),
    follow: Flags.boolean({
      char: 'f',
      summary: 'Go on with what comes, until the run is over; of an agent also what its sessions print.',
      exclusive: ['json'],
    }),
    ...runFlag,
    ...observeFlags,
    ...jsonFlag('swarm.logs/1'),
  };

  async run(): Promise<void> {
    const { flags, args } = await this.parse(Logs);
    const { logs } = await import('../fleet/observe.js');
    tell(this, flags.json, await logs(flags, args.name));
  }
}
