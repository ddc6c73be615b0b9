import { Command, Flags } from '@oclif/core';
import { word } from '../../terminal/word.js';
import { renderWorkspaces, workspacesDocument } from '../../workspace/document.js';
import { jsonFlag, limitFlags, placeFlags, placeOf } from '../../workspace/flags.js';
import { interruptible } from '../../workspace/interruptible.js';

export default class WorkspaceCreate extends Command {
  static override readonly summary = 'Make a workspace: a place of its own for one agent.';
  static override readonly examples = [
    '<%= config.bin %> workspace create ada',
    '<%= config.bin %> workspace create ada --isolation bubblewrap --memory 2G --disk 4G --keep build',
    '<%= config.bin %> workspace create ada --isolation container --image my-tools:1',
  ];
  static override readonly args = { name: word({ required: true, description: "The agent's name." }) };
  static override readonly flags = {
    isolation: Flags.string({
      summary: 'How it is kept apart; default clone.',
      options: ['clone', 'worktree', 'bubblewrap', 'container'],
    }),
    from: Flags.string({ summary: 'Where work begins.', helpValue: 'BRANCH|COMMIT', default: 'main' }),
    ...limitFlags,
    keep: Flags.string({ summary: 'A build folder kept in its cache.', helpValue: 'PATH', multiple: true }),
    network: Flags.boolean({ summary: 'In a sandbox: with network.' }),
    host: Flags.string({
      summary: 'In a sandbox: a host to reach.',
      helpValue: 'HOST[:PORT]',
      multiple: true,
    }),
    pass: Flags.string({ summary: 'A variable that is passed on.', helpValue: 'NAME', multiple: true }),
    'read-only': Flags.string({
      summary: 'In a sandbox: another path to see.',
      helpValue: 'PATH',
      multiple: true,
    }),
    image: Flags.string({ summary: 'For a container: its image.', helpValue: 'IMAGE' }),
    engine: Flags.string({ summary: 'For a container: podman or docker.', helpValue: 'PROGRAM' }),
    dissociate: Flags.boolean({ summary: 'Give a clone objects of its own: larger, borrows nothing.' }),
    owner: Flags.integer({ summary: 'Garbage once this process is gone.', helpValue: 'PID', min: 1 }),
    ...placeFlags,
    json: jsonFlag,
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(WorkspaceCreate);
    const { createWorkspace } = await import('@swarm/tasks');
    const { requestOf } = await import('../../workspace/request.js');
    const entry = await interruptible(async (signal) => {
      const { place, config } = await placeOf(flags, signal);
      return createWorkspace(place, requestOf(args.name, flags, config));
    });
    const document = workspacesDocument('create', [entry]);
    if (flags.json) this.log(JSON.stringify(document));
    else for (const line of renderWorkspaces(document)) this.log(line);
  }
}
