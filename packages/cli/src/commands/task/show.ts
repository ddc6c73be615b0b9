import { Command, Flags } from '@oclif/core';
import { hubFlags, jsonFlag } from '../../task/flags.js';
import { tell } from '../../terminal/told.js';
import { word } from '../../terminal/word.js';

export default class TaskShow extends Command {
  static override readonly summary = 'Show one task.';
  static override readonly examples = ['<%= config.bin %> task show parse-unions --full'];
  static override readonly args = {
    task: word({ description: 'The id of the task, or the beginning of it.', required: true }),
  };
  static override readonly flags = {
    attachment: Flags.string({
      summary: 'Print the file of this name that comes with it.',
      helpValue: 'NAME',
      exclusive: ['json', 'full'],
    }),
    full: Flags.boolean({ summary: 'All of its text, however long.' }),
    ...hubFlags,
    ...jsonFlag('swarm.task/1'),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(TaskShow);
    const { withSession } = await import('../../task/session.js');
    const { attachmentOf, showTask } = await import('../../task/show.js');
    const { attachment } = flags;
    if (attachment !== undefined) {
      const bytes = await withSession(flags, (session) => attachmentOf(session, args.task, attachment));
      process.stdout.write(bytes);
      return;
    }
    tell(this, flags.json, await withSession(flags, (session) => showTask(session, args.task, flags.full)));
  }
}
