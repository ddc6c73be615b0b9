import { Command, Flags } from '@oclif/core';
import { branchFlag, hubFlags, jsonFlag } from '../../task/flags.js';
import { tell } from '../../terminal/told.js';
import { word } from '../../terminal/word.js';

export default class TaskDone extends Command {
  static override readonly summary = "Close a task whose work is on the hub's branch already.";
  static override readonly description =
    'For work that came there without `swarm land`, which closes its task by itself.';
  static override readonly examples = ['<%= config.bin %> task done parse-unions --commit 1a2b3c4'];
  static override readonly args = {
    task: word({
      description: 'The id of the task, or the beginning of it; default: the one that is held.',
      required: false,
    }),
  };
  static override readonly flags = {
    commit: Flags.string({ summary: 'The commit that did it.', helpValue: 'COMMIT', default: 'HEAD' }),
    ...hubFlags,
    ...branchFlag,
    ...jsonFlag('swarm.task/1'),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(TaskDone);
    const { withSession } = await import('../../task/session.js');
    const { finishTask } = await import('../../task/move.js');
    tell(
      this,
      flags.json,
      await withSession(flags, (session) => finishTask(session, args.task, flags.commit)),
    );
  }
}
