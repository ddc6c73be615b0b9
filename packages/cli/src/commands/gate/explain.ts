import { Command } from '@oclif/core';
import { gateFlags } from '../../gate/flags.js';
import { jsonFlag } from '../../task/flags.js';
import { tell } from '../../terminal/told.js';
import { word } from '../../terminal/word.js';

export default class GateExplain extends Command {
  static override readonly summary =
    'What the last decision knows of a test: both sides, reruns, its output.';
  static override readonly examples = ['<%= config.bin %> gate explain tests/unions.c'];
  static override readonly args = {
    test: word({ description: 'The name of a test or path, or a part of it.', required: true }),
  };
  static override readonly flags = {
    dir: gateFlags.dir,
    debug: gateFlags.debug,
    ...jsonFlag('swarm.explanation/1'),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(GateExplain);
    const { explain } = await import('../../gate/explain.js');
    tell(this, flags.json, await explain(flags.dir, args.test));
  }
}
