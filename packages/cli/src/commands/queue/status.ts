import { Command } from '@oclif/core';
import { branchFlag, hubFlags, jsonFlag } from '../../task/flags.js';
import { tell } from '../../terminal/told.js';

export default class QueueStatus extends Command {
  static override readonly summary =
    'Who serves the landing queue, what waits in it, and what was taken out.';
  static override readonly examples = [
    '<%= config.bin %> queue status',
    '<%= config.bin %> queue status --json',
  ];
  static override readonly flags = { ...hubFlags, ...branchFlag, ...jsonFlag('swarm.queue/1') };

  async run(): Promise<void> {
    const { flags } = await this.parse(QueueStatus);
    const { withSession } = await import('../../task/session.js');
    const { queueStatus } = await import('../../queue/status.js');
    tell(this, flags.json, await withSession(flags, queueStatus));
  }
}
