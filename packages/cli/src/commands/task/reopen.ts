import { Command } from '@oclif/core';
import { hubFlags, jsonFlag } from '../../task/flags.js';
import { tell } from '../../terminal/told.js';
import { word } from '../../terminal/word.js';

export default class TaskReopen extends Command {
  static override readonly summary = 'Open a task again that is over or blocked.';
  static override readonly examples = ['<%= config.bin %> task reopen parse-unions'];
  static override readonly args = {
    task: word({ description: 'The id of the task, or the beginning of it.', required: true }),
  };
  static override readonly flags = {
    ...hubFlags,
    ...jsonFlag('swarm.task/1'),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(TaskReopen);
    const { withSession } = await import('../../task/session.js');
    const { setState } = await import('../../task/move.js');
    tell(
      this,
      flags.json,
      await withSession(flags, (session) => setState(session, args.task, { to: 'open' })),
    );
  }
}
