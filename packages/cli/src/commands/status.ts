import { Command, Flags } from '@oclif/core';
import { observeFlags } from '../fleet/flags.js';
import { jsonFlag } from '../task/flags.js';
import { tell } from '../terminal/told.js';

export default class Status extends Command {
  static override readonly summary =
    'Say how runs of agents stand: what each agent does, what has landed, what it cost.';
  static override readonly description =
    'Shows the runs of this repository that are under way, or else the last one, the tasks at the hub, and what agents of other machines hold there.';
  static override readonly examples = ['<%= config.bin %> status', '<%= config.bin %> status --watch'];
  static override readonly flags = {
    watch: Flags.boolean({
      summary: 'Draw it again every second, until no run is under way.',
      exclusive: ['json'],
    }),
    ...observeFlags,
    ...jsonFlag('swarm.status/1'),
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(Status);
    const { status, watchStatus } = await import('../fleet/observe.js');
    tell(this, flags.json, await (flags.watch ? watchStatus(flags) : status(flags)));
  }
}
