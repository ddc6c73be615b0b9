import { Command, Flags } from '@oclif/core';
import { numeric } from '../bisect/flags.js';
import { createStatus } from '../terminal/status.js';
import { word } from '../terminal/word.js';

export default class Reduce extends Command {
  static override readonly summary = 'Make a small C source that shows what a culprit does wrong.';
  static override readonly description =
    'Takes a culprit of the last bisect in the folder and leaves out of its source whatever the difference between the two sides does not need: as a whole program in one file where it can be, else as the unit in its program.';
  static override readonly examples = [
    '<%= config.bin %> reduce src/units.c',
    '<%= config.bin %> reduce 3f2a --engine own --timeout 60 --output repro.c',
  ];
  static override readonly args = {
    culprit: word({
      description: 'Its id or the beginning of it, its task, or one of its members.',
      required: true,
    }),
  };
  static override readonly flags = {
    dir: Flags.string({ summary: 'The folder that was bisected.', helpValue: 'DIR', default: '.' }),
    engine: Flags.option({
      options: ['cvise', 'own'] as const,
      summary: 'What reduces (cvise, where it is installed).',
    })(),
    timeout: numeric('Seconds after which the best so far is taken (300).', 'S'),
    jobs: numeric("Candidates at a time (the bisect's).", 'N'),
    output: Flags.string({ summary: 'Where to write the reproducer as well.', helpValue: 'FILE' }),
    resume: Flags.boolean({ summary: 'Go on from the smallest text of an earlier run.' }),
    json: Flags.boolean({ summary: 'Print one JSON document (swarm.reduce/1).' }),
    debug: Flags.boolean({ summary: 'Show where a problem came from.', hidden: true }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Reduce);
    const { reduceRequest } = await import('../reduce/request.js');
    const request = reduceRequest(args.culprit, flags);
    const status = createStatus(process.stderr, () => performance.now(), false);
    const { runReduce } = await import('../reduce/run.js');
    const document = await runReduce(request, status);
    const { renderReduce } = await import('../reduce/render.js');
    if (flags.json) this.log(JSON.stringify(document));
    else for (const line of renderReduce(document, process.cwd())) this.log(line);
    const { EXIT } = await import('@swarm/core');
    process.exitCode = document.complete ? EXIT.done : EXIT.partial;
  }
}
