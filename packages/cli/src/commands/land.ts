import { Command, Flags } from '@oclif/core';
import { branchFlag, hubFlags, jsonFlag } from '../task/flags.js';
import { createStatus } from '../terminal/status.js';
import { tell } from '../terminal/told.js';
import { word } from '../terminal/word.js';

export default class Land extends Command {
  static override readonly summary =
    "Move the hub's branch to your commits, close the task and end the claim, all at once.";
  static override readonly description =
    'One atomic push: if the claim was lost, the branch does not move. Where a landing queue is served, the work is handed in there and its answer waited for: landed, or taken out with the tests that speak against it (exit 1). Else, when the branch has moved, your commits are put on top of it and the push is tried again.';
  static override readonly examples = [
    '<%= config.bin %> land',
    "<%= config.bin %> land parse-unions --note 'also fixes enums'",
  ];
  static override readonly args = {
    task: word({
      description: 'The id of the task, or the beginning of it; default: the one that is held.',
    }),
  };
  static override readonly flags = {
    note: Flags.string({ summary: 'What was learned, kept with the task.', helpValue: 'TEXT' }),
    retries: Flags.integer({ summary: 'How often to go on when the branch has moved.', default: 10, min: 0 }),
    wait: Flags.boolean({ summary: "Wait for the queue's answer (on).", allowNo: true, default: true }),
    priority: Flags.integer({ summary: "Place in the queue (the task's own priority).", helpValue: 'N' }),
    ...hubFlags,
    ...branchFlag,
    ...jsonFlag('swarm.land/1'),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Land);
    const { withSession } = await import('../task/session.js');
    const { landWork } = await import('../task/land.js');
    const status = createStatus(process.stderr, () => performance.now(), false);
    const wish = {
      ...{ retries: flags.retries, wait: flags.wait },
      ...(flags.priority === undefined ? {} : { priority: flags.priority }),
      ...(args.task === undefined ? {} : { id: args.task }),
      ...(flags.note === undefined ? {} : { note: flags.note }),
    };
    try {
      tell(this, flags.json, await withSession(flags, (session) => landWork(session, wish, status)));
    } finally {
      status.clear();
    }
  }
}
