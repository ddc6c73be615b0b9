import { Command } from '@oclif/core';
import { branchFlag, hubFlags, jsonFlag } from '../task/flags.js';
import { tell } from '../terminal/told.js';

export default class Sync extends Command {
  static override readonly summary = "Fetch the hub's branch and put your own commits on top of it.";
  static override readonly description =
    'Stops with the conflict named, and everything as it was, when that is not possible. Uncommitted changes are never touched. Claims that are held are renewed.';
  static override readonly examples = ['<%= config.bin %> sync'];
  static override readonly flags = { ...hubFlags, ...branchFlag, ...jsonFlag('swarm.sync/1') };

  async run(): Promise<void> {
    const { flags } = await this.parse(Sync);
    const { withSession } = await import('../task/session.js');
    const { syncWork } = await import('../task/sync.js');
    tell(this, flags.json, await withSession(flags, syncWork));
  }
}
