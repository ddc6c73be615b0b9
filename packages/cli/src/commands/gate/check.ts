import { Command } from '@oclif/core';
import { checkFlags } from '../../gate/flags.js';
import { createStatus } from '../../terminal/status.js';
import { tell } from '../../terminal/told.js';

export default class GateCheck extends Command {
  static override readonly summary = 'May a change land? Every test that passed on its base must still pass.';
  static override readonly description =
    "Runs the full suite on a clean checkout of exactly the change, and holds it against what was measured on the base. Refused (exit 1): a test that passed and fails now, is gone, skipped or marked as failing; a new test that fails; a change to the tests, the declared lists, the config or the hooks that the owner hasn't approved. Failures that may be flakes are run again on both sides.";
  static override readonly examples = [
    '<%= config.bin %> gate check',
    '<%= config.bin %> gate check --commit HEAD --base origin/main',
    '<%= config.bin %> gate check --commit HEAD --junit gate.xml --sarif gate.sarif',
  ];
  static override readonly flags = checkFlags;

  async run(): Promise<void> {
    const { flags } = await this.parse(GateCheck);
    const { runCheck } = await import('../../gate/check.js');
    const { runHook } = await import('../../gate/hook.js');
    const { annotationLines } = await import('../../gate/annotations.js');
    const status = createStatus(process.stderr, () => performance.now(), false);
    if (flags.hook !== undefined) return tell(this, flags.json, await runHook(flags.hook, flags, status));
    const told = await runCheck(flags, status);
    if (flags.annotations ?? process.env.GITHUB_ACTIONS === 'true')
      for (const line of annotationLines(told.document)) process.stderr.write(`${line}\n`);
    tell(this, flags.json, told);
  }
}
