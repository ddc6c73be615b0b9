import { Command } from '@oclif/core';
import { branchFlag, hubFlags, jsonFlag } from '../../task/flags.js';
import { tell } from '../../terminal/told.js';
import { word } from '../../terminal/word.js';

export default class QueueDrop extends Command {
  static override readonly summary = 'Take a change out of the landing queue, and give its claim back.';
  static override readonly description =
    'Its work stays at the hub under refs/swarm/evicted. A batch that it is in begins anew without it.';
  static override readonly examples = ['<%= config.bin %> queue drop faster-parser'];
  static override readonly args = {
    id: word({ description: 'The id of the change, or the beginning of it.', required: true }),
  };
  static override readonly flags = { ...hubFlags, ...branchFlag, ...jsonFlag('swarm.queue/1') };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(QueueDrop);
    const { withSession } = await import('../../task/session.js');
    const { dropFromQueue } = await import('../../queue/status.js');
    tell(this, flags.json, await withSession(flags, (session) => dropFromQueue(session, args.id)));
  }
}
