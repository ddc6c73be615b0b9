import { Command } from '@oclif/core';
import { hubFlags, jsonFlag } from '../../task/flags.js';
import { tell } from '../../terminal/told.js';
import { word } from '../../terminal/word.js';

export default class TaskRenew extends Command {
  static override readonly summary = 'Give a sign of life: keep the claims that you hold.';
  static override readonly examples = ['<%= config.bin %> task renew'];
  static override readonly args = {
    task: word({
      description: 'The id of the task, or the beginning of it; default: all that you hold.',
      required: false,
    }),
  };
  static override readonly flags = {
    ...hubFlags,
    ...jsonFlag('swarm.renewed/1'),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(TaskRenew);
    const { withSession } = await import('../../task/session.js');
    const { renewClaims } = await import('../../task/claim.js');
    tell(this, flags.json, await withSession(flags, (session) => renewClaims(session, args.task)));
  }
}
