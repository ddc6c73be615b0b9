import { Command, Flags } from '@oclif/core';
import { hubFlags, jsonFlag, ttlFlag } from '../../task/flags.js';
import { tell } from '../../terminal/told.js';
import { word } from '../../terminal/word.js';

export default class TaskClaim extends Command {
  static override readonly summary = 'Take a task: the best offer, or the one that is named.';
  static override readonly description =
    'A claim is a lease: it lasts as long as it is renewed. Offered is what is open, not held and not waiting for other tasks, by priority, away from what others work on, and spread between agents.';
  static override readonly examples = [
    '<%= config.bin %> task claim',
    '<%= config.bin %> task claim parse-unions --agent ann --ttl 600',
  ];
  static override readonly args = {
    task: word({
      description: 'The id of the task, or the beginning of it; default: the best offer.',
      required: false,
    }),
  };
  static override readonly flags = {
    another: Flags.boolean({ summary: 'Also when you hold one already.' }),
    anyway: Flags.boolean({ summary: 'Also when tasks that it needs are not done.' }),
    ...ttlFlag,
    ...hubFlags,
    ...jsonFlag('swarm.claim/1'),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(TaskClaim);
    const { withSession } = await import('../../task/session.js');
    const { claimTask } = await import('../../task/claim.js');
    const { another, anyway } = flags;
    const wish = { another, anyway, ...(args.task === undefined ? {} : { id: args.task }) };
    tell(this, flags.json, await withSession(flags, (session) => claimTask(session, wish)));
  }
}
