import { Command, Flags } from '@oclif/core';
import { word } from '../../terminal/word.js';

export default class AgentsLink extends Command {
  static override readonly summary = "Link a plugin's folder, so that its agents are found.";
  static override readonly examples = ['<%= config.bin %> agents link ./my-agent'];
  static override readonly args = {
    folder: word({ description: "The plugin's folder.", required: true }),
  };
  static override readonly flags = {
    debug: Flags.boolean({ summary: 'Show where a problem came from.', hidden: true }),
  };

  async run(): Promise<void> {
    const { args } = await this.parse(AgentsLink);
    const { linkPlugin } = await import('../../agents/linking.js');
    this.log(`linked ${await linkPlugin(this.config.dataDir, args.folder)}`);
  }
}
