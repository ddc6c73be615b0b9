import { Command } from '@oclif/core';
import { renderWorkspaces, workspacesDocument } from '../../workspace/document.js';
import { jsonFlag, placeFlags, placeOf } from '../../workspace/flags.js';

export default class WorkspaceList extends Command {
  static override readonly summary = 'List workspaces, with what they hold that is nowhere else.';
  static override readonly examples = ['<%= config.bin %> workspace list'];
  static override readonly flags = { ...placeFlags, json: jsonFlag };

  async run(): Promise<void> {
    const { flags } = await this.parse(WorkspaceList);
    const { listWorkspaces } = await import('@swarm/tasks');
    const { place } = await placeOf(flags);
    const document = workspacesDocument('list', await listWorkspaces(place));
    if (flags.json) this.log(JSON.stringify(document));
    else for (const line of renderWorkspaces(document)) this.log(line);
  }
}
