import { Command, Flags } from '@oclif/core';
import { candidateFlags, gateFlags } from '../../gate/flags.js';
import { jsonFlag } from '../../task/flags.js';
import { createStatus } from '../../terminal/status.js';
import { tell } from '../../terminal/told.js';

export default class GateApprove extends Command {
  static override readonly summary =
    'For the owner: let a change alter tests, declared lists, config or hooks.';
  static override readonly description =
    'Holds for exactly the two trees, and never for a test that breaks. Signed with the gate key where there is one. A commit can bring its own approval: a trailer `Swarm-Approved-by: NAME`, under a signature of the commit that git calls good.';
  static override readonly examples = [
    "<%= config.bin %> gate approve --commit HEAD --reason 'the old test was wrong'",
  ];
  static override readonly flags = {
    ...gateFlags,
    ...candidateFlags,
    reason: Flags.string({ summary: 'Why.', helpValue: 'TEXT', required: true }),
    by: Flags.string({ summary: 'Who (as git knows you).', helpValue: 'NAME' }),
    ...jsonFlag('swarm.approval/1'),
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(GateApprove);
    const { runApprove } = await import('../../gate/approve.js');
    const status = createStatus(process.stderr, () => performance.now(), false);
    tell(this, flags.json, await runApprove(flags, status));
  }
}
