import { realpathSync } from 'node:fs';
import { Command } from '@oclif/core';
import { gateFlags } from '../../gate/flags.js';
import { jsonFlag } from '../../task/flags.js';
import { tell } from '../../terminal/told.js';

export default class GateInstall extends Command {
  static override readonly summary = 'Hold at commits and pushes: write the pre-commit and pre-push hooks.';
  static override readonly description =
    'Hooks that are there are kept and run first, those of husky, lefthook and pre-commit too. Holds in every linked worktree. `gate.preCommit` (off, sample, full) and `gate.prePush` (off, full) in the config say what is run.';
  static override readonly examples = ['<%= config.bin %> gate install'];
  static override readonly flags = {
    dir: gateFlags.dir,
    branch: gateFlags.branch,
    debug: gateFlags.debug,
    ...jsonFlag('swarm.hooks/1'),
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(GateInstall);
    const { install } = await import('../../gate/hook.js');
    const argv = [process.execPath, realpathSync(process.argv[1]!)];
    tell(this, flags.json, await install(flags.dir, argv, flags.branch ?? 'main'));
  }
}
