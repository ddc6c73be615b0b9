import { Command } from '@oclif/core';
import { wordsAfterDashes } from '../../terminal/typed-words.js';
import { word } from '../../terminal/word.js';
import { placeFlags, placeOf } from '../../workspace/flags.js';
import { interruptible } from '../../workspace/interruptible.js';

export default class WorkspaceExec extends Command {
  static override readonly summary = 'Run a command inside a workspace; its exit status is passed on.';
  static override readonly description =
    "Streams are this command's own. What it takes is held to the workspace's limits, and nothing of it is left running.";
  static override readonly examples = ['<%= config.bin %> workspace exec ada -- make test'];
  static override readonly strict = false;
  static override readonly args = { name: word({ required: true, description: 'Which one.' }) };
  static override readonly flags = placeFlags;

  async run(): Promise<void> {
    const { args, flags, argv } = await this.parse(WorkspaceExec);
    const command = wordsAfterDashes(this.argv, argv.slice(1));
    if (command.length === 0)
      this.error('no command given: swarm workspace exec NAME -- COMMAND...', { exit: 2 });
    const { execInWorkspace } = await import('@swarm/tasks');
    process.exitCode = await interruptible(async (signal) =>
      execInWorkspace((await placeOf(flags, signal)).place, args.name, {
        ...{ argv: command, signal },
        onRefused: (_, why) => void process.stderr.write(`REFUSED ${why}\n`),
      }),
    );
  }
}
