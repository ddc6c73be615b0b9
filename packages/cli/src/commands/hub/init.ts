import { resolve } from 'node:path';
import { Args, Command, Flags } from '@oclif/core';
import { EXIT } from '@swarm/core';
import { jsonFlag } from '../../task/flags.js';
import { tell } from '../../terminal/told.js';

export default class HubInit extends Command {
  static override readonly summary =
    'Make a hub: a bare git repository that many agents may push to at once.';
  static override readonly description =
    'Any git remote can be the hub; this makes one in a folder. Run on a hub again, it only mends the settings.';
  static override readonly examples = ['<%= config.bin %> hub init /srv/project.git'];
  static override readonly args = {
    folder: Args.string({ description: 'A new or empty folder, or a hub.', required: true }),
  };
  static override readonly flags = {
    branch: Flags.string({ summary: 'The branch that work lands on.', helpValue: 'NAME', default: 'main' }),
    ...jsonFlag('swarm.hub/1'),
    debug: Flags.boolean({ summary: 'Show where a problem came from.', hidden: true }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(HubInit);
    const { initHub } = await import('@swarm/tasks');
    const folder = resolve(args.folder);
    await initHub(folder, { branch: flags.branch });
    tell(this, flags.json, {
      document: { schema: 'swarm.hub/1', folder, branch: flags.branch },
      lines: [
        `HUB ${folder}, branch ${flags.branch}`,
        `next: git clone ${args.folder}, or git remote add origin ${args.folder}`,
      ],
      exit: EXIT.done,
    });
  }
}
