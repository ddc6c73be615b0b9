import { Command, Flags } from '@oclif/core';
import { branchFlag, hubFlags, jsonFlag } from '../../task/flags.js';
import { createStatus } from '../../terminal/status.js';
import { tell } from '../../terminal/told.js';
import { word } from '../../terminal/word.js';

export default class QueueAdd extends Command {
  static override readonly summary = 'Hand a commit to the landing queue, with or without a task.';
  static override readonly description =
    'For a task that you hold `swarm land` does the same and waits. Without --wait the change waits in the queue by itself; its place there is its order of arrival within its priority.';
  static override readonly examples = [
    '<%= config.bin %> queue add',
    '<%= config.bin %> queue add feature --id faster-parser --priority 2 --wait',
  ];
  static override readonly args = {
    commit: word({ description: 'A commit of this repository (HEAD).', default: 'HEAD' }),
  };
  static override readonly flags = {
    task: Flags.string({ summary: 'The task that it closes, which you hold.', helpValue: 'ID' }),
    id: Flags.string({
      summary: 'A name for a change without a task (change-COMMIT).',
      helpValue: 'ID',
      exclusive: ['task'],
    }),
    priority: Flags.integer({ summary: 'Higher goes first (0).', helpValue: 'N' }),
    note: Flags.string({ summary: 'What was learned, kept with the task.', helpValue: 'TEXT' }),
    wait: Flags.boolean({ summary: 'Wait until it has landed or was taken out.' }),
    ...hubFlags,
    ...branchFlag,
    ...jsonFlag('swarm.queue/1'),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(QueueAdd);
    const { withSession } = await import('../../task/session.js');
    const { addToQueue } = await import('../../queue/hand-in.js');
    const status = createStatus(process.stderr, () => performance.now(), false);
    const wish = { ...flags, commit: args.commit };
    try {
      tell(this, flags.json, await withSession(flags, (session) => addToQueue(session, wish, status)));
    } finally {
      status.clear();
    }
  }
}
