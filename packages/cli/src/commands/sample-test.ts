import { Command } from '@oclif/core';
import { sampleFlags } from '../sample/flags.js';
import { createStatus } from '../terminal/status.js';
import { word } from '../terminal/word.js';

export default class SampleTest extends Command {
  static override readonly summary =
    'Run a random part of the tests: the same for an agent all through its task.';
  static override readonly description =
    'Draws one window of a hashed permutation of the suite, spread over its folders; the agents of a fleet look at different windows, and together at all. Says in at most ten lines what broke, and what that means for the tests that did not run. Suites come from `tests:` in swarm.config.yaml, or are found.';
  static override readonly examples = [
    '<%= config.bin %> sample-test',
    '<%= config.bin %> sample-test --agent 3/16 --budget 60s',
    "<%= config.bin %> sample-test 'tests/parser/**' --fraction 100% --junit report.xml",
    'git diff --name-only | <%= config.bin %> sample-test -',
  ];
  static override readonly strict = false;
  static override readonly args = {
    pattern: word({
      description:
        'Tests to draw from: a glob, or a part of the id; several; - for the lines of standard input.',
    }),
  };
  static override readonly flags = sampleFlags;

  async run(): Promise<void> {
    const { flags, argv } = await this.parse(SampleTest);
    const { runSample } = await import('../sample/run.js');
    const { patternsOf } = await import('../sample/patterns.js');
    const status = createStatus(process.stderr, () => performance.now(), false);
    const patterns = await patternsOf(argv.map(String), () => process.stdin);
    const told = await runSample(flags, patterns, status);
    if (flags.json) this.log(JSON.stringify(told.document));
    else for (const line of told.lines) this.log(line);
    process.exitCode = told.exit;
  }
}
