import { Command, Flags } from '@oclif/core';
import { hubFlags, jsonFlag } from '../../task/flags.js';
import { tell } from '../../terminal/told.js';
import { word } from '../../terminal/word.js';

export default class TaskRelease extends Command {
  static override readonly summary = 'Give a task back, with what you learned.';
  static override readonly examples = [
    "<%= config.bin %> task release --note 'the crash is in the preprocessor, not here'",
  ];
  static override readonly args = {
    task: word({
      description: 'The id of the task, or the beginning of it; default: the one that is held.',
      required: false,
    }),
  };
  static override readonly flags = {
    note: Flags.string({ summary: 'What was learned, for whoever takes it next.', helpValue: 'TEXT' }),
    ...hubFlags,
    ...jsonFlag('swarm.task/1'),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(TaskRelease);
    const { withSession } = await import('../../task/session.js');
    const { releaseClaim } = await import('../../task/claim.js');
    tell(
      this,
      flags.json,
      await withSession(flags, (session) => releaseClaim(session, args.task, flags.note)),
    );
  }
}
