import { Args, Command } from '@oclif/core';
import { sampleFlags } from '../sample/flags.js';
import { createStatus } from '../terminal/status.js';

export default class SampleTest extends Command {
  static override readonly summary =
    'Run a random part of the tests: the same for an agent all through its task.';
  static override readonly description =
    'Draws one window of a hashed permutation of the suite, spread over its folders; the agents of a fleet look at different windows, and together at all. Says in at most ten lines what broke, and what that means for the tests that did not run. Suites come from `tests:` in swarm.config.yaml, or are found.';
  static override readonly examples = [
    '<%= config.bin %> sample-test',
    '<%= config.bin %> sample-test --agent 3/16 --budget 60s',
    "<%= config.bin %> sample-test 'tests/parser/**' --fraction 100% --junit report.xml",
  ];
  static override readonly strict = false;
  static override readonly args = {
    pattern: Args.string({ description: 'Tests to draw from: a glob, or a part of the id; several.' }),
  };
  static override readonly flags = sampleFlags;

  async run(): Promise<void> {
    const { flags, argv } = await this.parse(SampleTest);
    const { runSample } = await import('../sample/run.js');
    const status = createStatus(process.stderr, () => performance.now(), false);
    const told = await runSample(flags, argv.map(String), status);
    if (flags.json) this.log(JSON.stringify(told.document));
    else for (const line of told.lines) this.log(line);
    process.exitCode = told.exit;
  }
}
