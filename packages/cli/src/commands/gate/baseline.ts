import { Command, Flags } from '@oclif/core';
import { gateFlags } from '../../gate/flags.js';
import { jsonFlag } from '../../task/flags.js';
import { createStatus } from '../../terminal/status.js';
import { tell } from '../../terminal/told.js';

export default class GateBaseline extends Command {
  static override readonly summary = 'Measure what the tests of a base come to, ahead of the first check.';
  static override readonly description =
    'What fails is run three times more, so that a flake is not taken for a test that is red. The tools that the commands name are remembered: a check refuses to run with others.';
  static override readonly examples = [
    '<%= config.bin %> gate baseline',
    '<%= config.bin %> gate baseline --base origin/main --refresh',
  ];
  static override readonly flags = {
    ...gateFlags,
    refresh: Flags.boolean({ summary: 'Measure again, and remember the tools as they are now.' }),
    ...jsonFlag('swarm.baseline/1'),
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(GateBaseline);
    const { runBaseline } = await import('../../gate/baseline.js');
    const status = createStatus(process.stderr, () => performance.now(), false);
    tell(this, flags.json, await runBaseline(flags, status));
  }
}
