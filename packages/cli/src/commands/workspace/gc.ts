import { Command, Flags } from '@oclif/core';
import { EXIT } from '@swarm/core';
import { isRefused, removalsDocument, renderWorkspaces } from '../../workspace/document.js';
import { jsonFlag, placeFlags, placeOf } from '../../workspace/flags.js';

export default class WorkspaceGc extends Command {
  static override readonly summary = 'Remove what dead owners left, unless work would be lost.';
  static override readonly examples = [
    '<%= config.bin %> workspace gc',
    '<%= config.bin %> workspace gc --caches',
  ];
  static override readonly flags = {
    force: Flags.boolean({ summary: 'Also with unsaved work: says what was lost.' }),
    caches: Flags.boolean({ summary: 'Also the caches of agents that have no workspace.' }),
    ...placeFlags,
    json: jsonFlag,
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(WorkspaceGc);
    const { collectWorkspaces } = await import('@swarm/tasks');
    const collected = await collectWorkspaces((await placeOf(flags)).place, flags);
    const document = removalsDocument('gc', collected);
    if (flags.json) this.log(JSON.stringify(document));
    else for (const line of renderWorkspaces(document)) this.log(line);
    if (isRefused(collected.removals)) process.exitCode = EXIT.refused;
  }
}
