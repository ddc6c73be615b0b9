import { Command, Flags } from '@oclif/core';
import { TASK_STATES } from '@swarm/core';
import { hubFlags, jsonFlag } from '../../task/flags.js';
import type { ListFilter } from '../../task/list.js';
import { tell } from '../../terminal/told.js';

export default class TaskList extends Command {
  static override readonly summary = 'List tasks: those that are not over, unless asked for others.';
  static override readonly examples = [
    '<%= config.bin %> task list',
    '<%= config.bin %> task list --state all --label parser --limit 100',
    '<%= config.bin %> task list --mine --json',
  ];
  static override readonly flags = {
    state: Flags.string({
      summary: 'Only tasks of this state; active are those that are not over.',
      options: ['active', 'all', ...TASK_STATES],
      default: 'active',
      helpValue: 'STATE',
    }),
    kind: Flags.string({ summary: 'Only tasks of this kind.', helpValue: 'WORD' }),
    label: Flags.string({ summary: 'Only tasks with this label.', helpValue: 'WORD' }),
    text: Flags.string({ summary: 'Only tasks with this text in id, title or body.', helpValue: 'TEXT' }),
    mine: Flags.boolean({ summary: 'Only what you hold in this working copy.' }),
    limit: Flags.integer({
      summary: 'How many to show; default: what fits in ten lines.',
      helpValue: 'N',
      min: 1,
    }),
    ...hubFlags,
    ...jsonFlag('swarm.tasks/1'),
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(TaskList);
    const { withSession } = await import('../../task/session.js');
    const { listTasks } = await import('../../task/list.js');
    const { kind, label, text, mine, limit } = flags;
    const filter = {
      state: flags.state as ListFilter['state'],
      mine,
      ...(kind === undefined ? {} : { kind }),
      ...(label === undefined ? {} : { label }),
      ...(text === undefined ? {} : { text }),
    };
    tell(
      this,
      flags.json,
      await withSession(flags, (session) => listTasks(session, filter, limit, flags.json)),
    );
  }
}
