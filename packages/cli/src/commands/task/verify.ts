import { Command, Flags } from '@oclif/core';
import { branchFlag, hubFlags, jsonFlag } from '../../task/flags.js';
import { createStatus } from '../../terminal/status.js';
import { tell } from '../../terminal/told.js';

export default class TaskVerify extends Command {
  static override readonly summary =
    "Run tasks' verify commands on the hub's branch, and close what is green.";
  static override readonly description =
    "In a clean checkout of the branch's newest commit, with a time limit. Green tasks become superseded; one that somebody else holds is left to them. With ids: exit 1 when one is still red.";
  static override readonly examples = [
    '<%= config.bin %> task verify',
    '<%= config.bin %> task verify parse-unions --keep',
  ];
  static override readonly strict = false;
  static override readonly usage = 'task verify [TASK...] [FLAGS]';
  static override readonly flags = {
    keep: Flags.boolean({ summary: 'Close nothing.' }),
    'time-limit': Flags.integer({
      summary: 'Seconds for each command; default 600.',
      helpValue: 'SECONDS',
      min: 1,
    }),
    ...hubFlags,
    ...branchFlag,
    ...jsonFlag('swarm.verify/1'),
  };

  async run(): Promise<void> {
    const { argv, flags } = await this.parse(TaskVerify);
    const { withSession } = await import('../../task/session.js');
    const { verifyTasks } = await import('../../task/verify.js');
    const status = createStatus(process.stderr, () => performance.now(), false);
    const wish = { ids: argv as string[], keep: flags.keep };
    tell(this, flags.json, await withSession(flags, (session) => verifyTasks(session, wish, status)));
  }
}
