import { Command, Flags } from '@oclif/core';
import { hubFlags, jsonFlag } from '../../task/flags.js';
import { tell } from '../../terminal/told.js';
import { word } from '../../terminal/word.js';

export default class TaskBlock extends Command {
  static override readonly summary = 'Say that a task needs a person, and why; it is not offered any more.';
  static override readonly examples = [
    "<%= config.bin %> task block parse-unions --reason 'needs a decision on the ABI'",
  ];
  static override readonly args = {
    task: word({
      description: 'The id of the task, or the beginning of it; default: the one that is held.',
      required: false,
    }),
  };
  static override readonly flags = {
    reason: Flags.string({ summary: 'Why.', helpValue: 'TEXT', required: true }),
    ...hubFlags,
    ...jsonFlag('swarm.task/1'),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(TaskBlock);
    const { withSession } = await import('../../task/session.js');
    const { setState } = await import('../../task/move.js');
    const wish = { to: 'blocked', reason: flags.reason } as const;
    tell(this, flags.json, await withSession(flags, (session) => setState(session, args.task, wish)));
  }
}
