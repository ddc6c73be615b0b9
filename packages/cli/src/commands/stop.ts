import { Command, Flags } from '@oclif/core';
import { observeFlags, runFlag } from '../fleet/flags.js';
import { jsonFlag } from '../task/flags.js';
import { tell } from '../terminal/told.js';

export default class Stop extends Command {
  static override readonly summary =
    'Ask the runs of this repository to stop: sessions that run may finish, and no new ones start.';
  static override readonly description =
    'The same as Ctrl-C in the terminal of `swarm run`; with --now, as a second one. Exit 4: no run is under way.';
  static override readonly examples = ['<%= config.bin %> stop', '<%= config.bin %> stop --now --wait'];
  static override readonly flags = {
    now: Flags.boolean({ summary: 'End sessions that run; their tasks are given back.' }),
    wait: Flags.boolean({ summary: 'Wait until the runs are over.' }),
    ...runFlag,
    ...observeFlags,
    ...jsonFlag('swarm.stop/1'),
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(Stop);
    const { stop } = await import('../fleet/observe.js');
    tell(this, flags.json, await stop(flags));
  }
}
