import { Command, Flags } from '@oclif/core';
import { hubFlags, jsonFlag } from '../../task/flags.js';
import { tell } from '../../terminal/told.js';
import { word } from '../../terminal/word.js';

export default class TaskWithdraw extends Command {
  static override readonly summary = 'Take a task back: it is not to be done.';
  static override readonly examples = [
    "<%= config.bin %> task withdraw parse-unions --reason 'the feature was dropped'",
  ];
  static override readonly args = {
    task: word({ description: 'The id of the task, or the beginning of it.', required: true }),
  };
  static override readonly flags = {
    reason: Flags.string({ summary: 'Why.', helpValue: 'TEXT', required: true }),
    ...hubFlags,
    ...jsonFlag('swarm.task/1'),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(TaskWithdraw);
    const { withSession } = await import('../../task/session.js');
    const { setState } = await import('../../task/move.js');
    const wish = { to: 'withdrawn', reason: flags.reason } as const;
    tell(this, flags.json, await withSession(flags, (session) => setState(session, args.task, wish)));
  }
}
