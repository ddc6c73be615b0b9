import { Command, Flags } from '@oclif/core';
import { EXIT } from '@swarm/core';
import { word } from '../../terminal/word.js';
import { isRefused, removalsDocument, renderWorkspaces } from '../../workspace/document.js';
import { jsonFlag, placeFlags, placeOf } from '../../workspace/flags.js';

export default class WorkspaceRemove extends Command {
  static override readonly summary = 'Remove a workspace, unless work would be lost.';
  static override readonly examples = ['<%= config.bin %> workspace remove ada'];
  static override readonly args = { name: word({ required: true, description: 'Which one.' }) };
  static override readonly flags = {
    force: Flags.boolean({ summary: 'Also with unsaved work, and with what runs in it.' }),
    ...placeFlags,
    json: jsonFlag,
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(WorkspaceRemove);
    const { removeWorkspace } = await import('@swarm/tasks');
    const { place } = await placeOf(flags);
    const removals = [await removeWorkspace(place, args.name, flags.force)];
    const document = removalsDocument('remove', { removals, caches: [] });
    if (flags.json) this.log(JSON.stringify(document));
    else for (const line of renderWorkspaces(document)) this.log(line);
    if (isRefused(removals)) {
      this.logToStderr('  next: commit and push it, or pass --force to lose it');
      process.exitCode = EXIT.refused;
    }
  }
}
