import { Command, Flags } from '@oclif/core';
import { numeric } from '../bisect/flags.js';
import { tell } from '../terminal/told.js';

export default class Plan extends Command {
  static override readonly summary = 'Let an agent propose tasks, and store those that hold.';
  static override readonly description =
    'One session of a backend looks at the repository and writes tasks down; it lands nothing. A proposal is stored only when its command is red on the base now, nobody knows it already, and its paths are inside the repository; the others are told with what is wrong. What comes after -- goes to the agent program.';
  static override readonly examples = [
    '<%= config.bin %> plan --backend codex --goal "the parser takes all of C99"',
    '<%= config.bin %> plan --backend claude-code --most 5 --dry-run',
  ];
  static override readonly strict = false;
  static override readonly flags = {
    goal: Flags.string({ summary: 'What the tasks are for.', helpValue: 'WORDS' }),
    most: Flags.integer({ summary: 'Tasks at most.', helpValue: 'N', min: 1, max: 100, default: 20 }),
    backend: Flags.string({ summary: 'The agent program; see `swarm agents`.', helpValue: 'NAME' }),
    model: Flags.string({ summary: 'The model, as its program names it.' }),
    isolation: Flags.string({
      summary: 'How its workspace is kept apart (clone).',
      options: ['clone', 'worktree', 'bubblewrap', 'container'],
    }),
    'max-usd': numeric('Dollars for its session.', 'USD'),
    'dry-run': Flags.boolean({ summary: 'Store nothing.', default: false }),
    dir: Flags.string({ summary: 'A folder of the repository.', helpValue: 'DIR', default: '.' }),
    remote: Flags.string({ summary: "The hub: a remote's name or an address.", helpValue: 'REMOTE' }),
    json: Flags.boolean({ summary: 'Print one JSON document (swarm.plan/1).' }),
    debug: Flags.boolean({ summary: 'Show where a problem came from.', hidden: true }),
  };

  async run(): Promise<void> {
    const { flags, argv } = await this.parse(Plan);
    const { planCommand } = await import('../plan/command.js');
    tell(this, flags.json, await planCommand(this.config, flags, argv as string[]));
  }
}
