import { Command, Flags } from '@oclif/core';
import type { ExportFormat } from '../../task/export.js';
import { hubFlags } from '../../task/flags.js';

export default class TaskExport extends Command {
  static override readonly summary = 'Print tasks as a list that can be imported again.';
  static override readonly examples = [
    '<%= config.bin %> task export > TODO.md',
    '<%= config.bin %> task export --format json --state all',
  ];
  static override readonly flags = {
    format: Flags.string({
      summary: 'The form of the list.',
      options: ['markdown', 'json'],
      default: 'markdown',
      helpValue: 'FORMAT',
    }),
    state: Flags.string({
      summary: 'Which tasks; active are those that are not over.',
      options: ['active', 'all', 'open', 'blocked', 'landed', 'superseded', 'withdrawn'],
      default: 'active',
      helpValue: 'STATE',
    }),
    ...hubFlags,
    json: Flags.boolean({ summary: 'The same as --format json (swarm.list/1).' }),
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(TaskExport);
    const { withSession } = await import('../../task/session.js');
    const { exportTasks } = await import('../../task/export.js');
    const format = flags.json ? 'json' : (flags.format as ExportFormat);
    const state = flags.state as Parameters<typeof exportTasks>[2];
    this.log(await withSession(flags, (session) => exportTasks(session, format, state)));
  }
}
