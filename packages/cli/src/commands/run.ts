import { Command, Flags } from '@oclif/core';
import { numeric } from '../bisect/flags.js';

export default class Run extends Command {
  static override readonly summary =
    'Run agents on the tasks of the hub, each in fresh sessions and a workspace of its own.';
  static override readonly description =
    "Each agent in turn: claims a task, sees by the task's own command that it is still to be done, runs one session, checks the work, and lands it, or hands the task back with what was learned. Ctrl-C lets sessions finish, a second one ends them; both give all claims back. What comes after -- goes to the agent's program.";
  static override readonly examples = [
    '<%= config.bin %> run -n 4 --backend codex --until empty',
    '<%= config.bin %> run --backend claude-code --once --max-usd 5',
    '<%= config.bin %> run -n 2 --backend command -- ./my-agent.sh',
  ];
  static override readonly strict = false;
  static override readonly flags = {
    agents: Flags.integer({ char: 'n', summary: 'Agents at once (1).', helpValue: 'N', min: 1 }),
    role: Flags.string({
      summary: 'Only this role of the config, with so many agents.',
      helpValue: 'NAME[=N]',
      multiple: true,
    }),
    backend: Flags.string({ summary: 'The agent program; see `swarm agents`.', helpValue: 'NAME' }),
    model: Flags.string({ summary: 'The model, as its program names it.' }),
    name: Flags.string({ summary: "What agents' names begin with (agent).", helpValue: 'NAME' }),
    isolation: Flags.string({
      summary: 'How workspaces are kept apart (clone).',
      options: ['clone', 'worktree', 'bubblewrap', 'container'],
    }),
    once: Flags.boolean({ summary: 'One turn for each agent.' }),
    until: Flags.string({
      summary: 'When to stop: landed=20, empty, 2h.',
      helpValue: 'WHEN',
      multiple: true,
    }),
    'max-usd': numeric('Dollars for this run.', 'USD'),
    'max-tokens': Flags.integer({ summary: 'Tokens for this run.', helpValue: 'N', min: 1 }),
    'max-sessions': Flags.integer({ summary: 'Sessions in this run.', helpValue: 'N', min: 1 }),
    sample: Flags.boolean({
      summary: 'Check work on a sample of the tests too, which must be green.',
      allowNo: true,
    }),
    gate: Flags.boolean({ summary: 'Check work by the gate (where tests are configured).', allowNo: true }),
    'dry-run': Flags.boolean({ summary: 'Say what would run, and stop.' }),
    dir: Flags.string({ summary: 'A folder of the repository.', helpValue: 'DIR', default: '.' }),
    remote: Flags.string({ summary: "The hub: a remote's name or an address.", helpValue: 'REMOTE' }),
    json: Flags.boolean({ summary: 'Print one JSON document (swarm.run/1).' }),
    debug: Flags.boolean({ summary: 'Show where a problem came from.', hidden: true }),
  };

  async run(): Promise<void> {
    const { flags, argv } = await this.parse(Run);
    const { runCommand } = await import('../fleet/command.js');
    const { wordsAfterDashes } = await import('../terminal/typed-words.js');
    const { tell } = await import('../terminal/told.js');
    const words = wordsAfterDashes(this.argv, argv);
    tell(this, flags.json, await runCommand(this.config, flags, words));
  }
}
