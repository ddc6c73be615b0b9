import { Command, Flags } from '@oclif/core';
import { word } from '../../terminal/word.js';

export default class AgentsUnlink extends Command {
  static override readonly summary = 'Forget a linked plugin.';
  static override readonly examples = ['<%= config.bin %> agents unlink my-agent'];
  static override readonly args = {
    name: word({ description: "The plugin's name, as in its package.json.", required: true }),
  };
  static override readonly flags = {
    debug: Flags.boolean({ summary: 'Show where a problem came from.', hidden: true }),
  };

  async run(): Promise<void> {
    const { args } = await this.parse(AgentsUnlink);
    const { unlinkPlugin } = await import('../../agents/linking.js');
    await unlinkPlugin(this.config.dataDir, args.name);
    this.log(`unlinked ${args.name}`);
  }
}
