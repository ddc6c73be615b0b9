import { Command, Flags } from '@oclif/core';
import { createStatus } from '../terminal/status.js';
import { word } from '../terminal/word.js';
import { exitOf, renderVerify } from '../verify/document.js';
import { verifyFlags } from '../verify/flags.js';

export default class Verify extends Command {
  static override readonly summary = 'Is it mended? Compile units or functions with the target, and test.';
  static override readonly description =
    "Compiles just the named units with the target as it is now, links them with the oracle's objects and runs the test: all together, then each alone. Green (exit 0) or red (exit 1); exit 5 when the test fails with the oracle alone. Records and builds the oracle's side when it isn't there yet.";
  static override readonly examples = [
    '<%= config.bin %> verify src/units.c',
    '<%= config.bin %> verify --dir fixtures/programs/calc src/define.c:call_function src/scope.c:scope_push',
  ];
  static override readonly strict = false;
  static override readonly args = {
    member: word({
      description: 'A unit (src/a.c) or a function in one (src/a.c:parse); several.',
      required: true,
    }),
  };
  static override readonly flags = {
    ...verifyFlags,
    json: Flags.boolean({ summary: 'Print one JSON document (swarm.verification/1).' }),
    debug: Flags.boolean({ summary: 'Show where a problem came from.', hidden: true }),
  };

  async run(): Promise<void> {
    const { flags, argv } = await this.parse(Verify);
    const { runVerify } = await import('../verify/run.js');
    const status = createStatus(process.stderr, () => performance.now(), false);
    const document = await runVerify(flags, argv.map(String), status);
    if (flags.json) this.log(JSON.stringify(document));
    else for (const line of renderVerify(document)) this.log(line);
    process.exitCode = exitOf(document);
  }
}
