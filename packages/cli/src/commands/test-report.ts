import { Command, Flags } from '@oclif/core';
import { tell } from '../terminal/told.js';
import { word } from '../terminal/word.js';

export default class TestReport extends Command {
  static override readonly summary =
    'Tell what runs of tests say together: pass rate, newly failing, flakiest, slowest.';
  static override readonly description =
    'Reads JUnit XML, CTRF, and the results and histories that swarm keeps, a file or many. Without files: the runs of swarm in the folder.';
  static override readonly examples = [
    '<%= config.bin %> test-report',
    "<%= config.bin %> test-report 'reports/**/*.xml' --html tests.html",
  ];
  static override readonly strict = false;
  static override readonly args = {
    file: word({ description: 'A report, or a glob; several.' }),
  };
  static override readonly flags = {
    dir: Flags.string({ summary: 'Where files are looked for.', helpValue: 'DIR', default: '.' }),
    html: Flags.string({ summary: 'Draw it as one page that needs nothing else.', helpValue: 'FILE' }),
    json: Flags.boolean({ summary: 'Print one JSON document (swarm.test-report/1).' }),
    debug: Flags.boolean({ summary: 'Show where a problem came from.', hidden: true }),
  };

  async run(): Promise<void> {
    const { flags, argv } = await this.parse(TestReport);
    const { testReport } = await import('../test-report/run.js');
    const { dir, html } = flags;
    const request = { dir, files: argv.map(String), ...(html === undefined ? {} : { html }) };
    tell(this, flags.json, await testReport(request));
  }
}
