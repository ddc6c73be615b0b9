import { Command, Flags } from '@oclif/core';
import { EXIT } from '@swarm/core';
import { tell } from '../terminal/told.js';

export default class Agents extends Command {
  static override readonly summary = 'List agent backends, and whether their programs work here.';
  static override readonly description =
    'Each program is started once to say its version, with the environment and a home like those of a session. Plugins of others are linked with `swarm agents link`.';
  static override readonly examples = ['<%= config.bin %> agents', '<%= config.bin %> agents --json'];
  static override readonly flags = {
    json: Flags.boolean({ summary: 'Print one JSON document (swarm.agents/1).' }),
    debug: Flags.boolean({ summary: 'Show where a problem came from.', hidden: true }),
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(Agents);
    const { tmpdir } = await import('node:os');
    const { findBackends } = await import('../agents/discovery.js');
    const { agentLines, examineBackends } = await import('../agents/examination.js');
    const document = await examineBackends(await findBackends(this.config), process.env, tmpdir());
    const exit = document.problems.length > 0 ? EXIT.environment : EXIT.done;
    tell(this, flags.json, { document, lines: agentLines(document), exit });
  }
}
