import { Command, Flags } from '@oclif/core';
import { hubFlags, jsonFlag } from '../../task/flags.js';
import type { Format } from '../../task/import.js';
import { tell } from '../../terminal/told.js';
import { word } from '../../terminal/word.js';

export default class TaskImport extends Command {
  static override readonly summary = 'Import a list: Markdown, JSON, failing tests, or issues.';
  static override readonly description =
    'Importing the same list again changes only what changed in it. When anything in a list is wrong, all problems are told and nothing is imported.';
  static override readonly examples = [
    '<%= config.bin %> task import TODO.md',
    "<%= config.bin %> task import report.xml --verify 'pytest -k {}'",
    'gh issue list --json number,title,body,labels,state,url | <%= config.bin %> task import -',
  ];
  static override readonly args = {
    file: word({ description: 'The list; - for standard input.', required: true }),
  };
  static override readonly flags = {
    format: Flags.string({
      summary: "How to read it; default: by the file's name and beginning.",
      options: ['markdown', 'json', 'github', 'junit'],
      helpValue: 'FORMAT',
    }),
    verify: Flags.string({
      summary: 'For tasks without one; of a test, {} is its name, {class} its class, {file} its file.',
      helpValue: 'COMMAND',
    }),
    label: Flags.string({
      summary: 'A label for all of them.',
      helpValue: 'WORD',
      multiple: true,
      multipleNonGreedy: true,
    }),
    'dry-run': Flags.boolean({ summary: 'Only say what would be done.' }),
    ...hubFlags,
    ...jsonFlag('swarm.import/1'),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(TaskImport);
    const { withSession } = await import('../../task/session.js');
    const { importTasks } = await import('../../task/import.js');
    const wish = {
      file: args.file,
      labels: flags.label ?? [],
      dryRun: flags['dry-run'] === true,
      ...(flags.format === undefined ? {} : { format: flags.format as Format }),
      ...(flags.verify === undefined ? {} : { verify: flags.verify }),
    };
    tell(this, flags.json, await withSession(flags, (session) => importTasks(session, wish)));
  }
}
