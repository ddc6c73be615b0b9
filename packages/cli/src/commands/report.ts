import { relative } from 'node:path';
import { Command, Flags } from '@oclif/core';
import { word } from '../terminal/word.js';

export default class Report extends Command {
  static override readonly summary = 'Make a page of a bisect: its units, probes, culprits and cost.';
  static override readonly description =
    'One HTML file that needs nothing else, for a browser or for paper. By default of the last run in the folder, written into that run.';
  static override readonly examples = [
    '<%= config.bin %> report',
    '<%= config.bin %> report --dir fixtures/programs/calc --output calc.html',
  ];
  static override readonly args = {
    run: word({ description: 'A run: its folder, or the name of one in .swarm/runs.' }),
  };
  static override readonly flags = {
    dir: Flags.string({ summary: 'The folder that was bisected.', helpValue: 'DIR', default: '.' }),
    output: Flags.string({ summary: "Where to write the page (the run's folder).", helpValue: 'FILE' }),
    json: Flags.boolean({ summary: 'Print one JSON document (swarm.report/1).' }),
    debug: Flags.boolean({ summary: 'Show where a problem came from.', hidden: true }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Report);
    const { writeReport } = await import('../report/write-report.js');
    const written = await writeReport({ dir: flags.dir, run: args.run, output: flags.output });
    if (flags.json) this.log(JSON.stringify(written));
    else {
      const shown = relative(process.cwd(), written.file);
      this.log(`report: ${shown.startsWith('..') ? written.file : shown}`);
    }
  }
}
