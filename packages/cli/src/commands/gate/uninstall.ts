import { Command } from '@oclif/core';
import { gateFlags } from '../../gate/flags.js';
import { jsonFlag } from '../../task/flags.js';
import { tell } from '../../terminal/told.js';

export default class GateUninstall extends Command {
  static override readonly summary = 'Take the hooks of the gate back; what was there before is as it was.';
  static override readonly examples = ['<%= config.bin %> gate uninstall'];
  static override readonly flags = {
    dir: gateFlags.dir,
    debug: gateFlags.debug,
    ...jsonFlag('swarm.hooks/1'),
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(GateUninstall);
    const { uninstall } = await import('../../gate/hook.js');
    tell(this, flags.json, await uninstall(flags.dir));
  }
}
