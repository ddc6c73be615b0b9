import { Command, Flags } from '@oclif/core';
import { word } from '../../terminal/word.js';

export default class AgentsTry extends Command {
  static override readonly summary = 'Run one session of a backend, to see that it works here.';
  static override readonly description =
    'It works in an empty folder, with a fresh home and no more of the environment than the backend asks for. What comes after -- goes to its program. Costs what the prompt costs.';
  static override readonly examples = [
    '<%= config.bin %> agents try codex',
    '<%= config.bin %> agents try command --prompt hello -- cat',
  ];
  static override readonly strict = false;
  static override readonly args = { name: word({ description: 'The backend.', required: true }) };
  static override readonly flags = {
    prompt: Flags.string({ summary: 'What it is told.', default: 'Write a file hello.txt that says hello.' }),
    model: Flags.string({ summary: 'The model, as its program names it.' }),
    dir: Flags.string({ summary: 'Work in this folder, in place of an empty one.' }),
    home: Flags.string({
      summary: 'Start its home as a copy of this folder: logins, config.',
      helpValue: 'DIR',
    }),
    wall: Flags.integer({ summary: 'Its time, in seconds.', default: 300, min: 1 }),
    idle: Flags.integer({ summary: 'How long it may make no progress, in seconds.', default: 120, min: 1 }),
    json: Flags.boolean({ summary: 'Print one JSON document (swarm.session/1).' }),
    debug: Flags.boolean({ summary: 'Show where a problem came from.', hidden: true }),
  };

  async run(): Promise<void> {
    const { args, flags, argv } = await this.parse(AgentsTry);
    const { tmpdir } = await import('node:os');
    const { resolve } = await import('node:path');
    const { backendNamed, findBackends } = await import('../../agents/discovery.js');
    const { eventLine, tryBackend } = await import('../../agents/trial.js');
    const { oneLine } = await import('../../terminal/line.js');
    const { wordsAfterDashes } = await import('../../terminal/typed-words.js');
    const { tell } = await import('../../terminal/told.js');
    const told = await tryBackend({
      backend: backendNamed(await findBackends(this.config), args.name),
      prompt: flags.prompt,
      model: flags.model,
      args: wordsAfterDashes(this.argv, argv.slice(1)),
      dir: flags.dir === undefined ? undefined : resolve(flags.dir),
      home: flags.home,
      wallMs: flags.wall * 1000,
      idleMs: flags.idle * 1000,
      env: process.env,
      tempDir: tmpdir(),
      onEvent(event) {
        const line = eventLine(event);
        if (line !== undefined) process.stderr.write(`${oneLine(line, 200)}\n`);
      },
    });
    tell(this, flags.json, told);
  }
}
