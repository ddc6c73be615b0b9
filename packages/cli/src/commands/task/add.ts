import { Command } from '@oclif/core';
import { draftFlags } from '../../task/draft-flags.js';
import { hubFlags, jsonFlag } from '../../task/flags.js';
import { tell } from '../../terminal/told.js';
import { word } from '../../terminal/word.js';

export default class TaskAdd extends Command {
  static override readonly summary = 'Add a task.';
  static override readonly description =
    'The id is made from the title unless it is given. Whoever takes the task knows nothing but what stands in it.';
  static override readonly examples = [
    "<%= config.bin %> task add 'Unions are parsed as structs' --verify 'make check-unions' --label parser",
    'git log -1 --format=%b | <%= config.bin %> task add "Follow up" --body-file -',
  ];
  static override readonly args = {
    title: word({ description: 'One line: what is to be done.', required: true }),
  };
  static override readonly flags = {
    ...draftFlags,
    ...hubFlags,
    ...jsonFlag('swarm.task/1'),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(TaskAdd);
    const { withSession } = await import('../../task/session.js');
    const { addTask } = await import('../../task/add.js');
    tell(this, flags.json, await withSession(flags, (session) => addTask(session, args.title, flags)));
  }
}
