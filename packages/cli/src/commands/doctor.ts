import { Command, Flags } from '@oclif/core';
import { EXIT } from '@swarm/core';
import { oneLine } from '../terminal/line.js';

export default class Doctor extends Command {
  static override readonly summary = 'Check this machine, the oracle and the target.';
  static override readonly examples = [
    '<%= config.bin %> doctor',
    '<%= config.bin %> doctor --target tcc --oracle gcc',
  ];
  static override readonly flags = {
    target: Flags.string({
      summary: 'Compiler under development; default: from the config.',
      helpValue: 'CC',
    }),
    oracle: Flags.string({
      summary: 'Known-good compiler; default: from the config, else gcc.',
      helpValue: 'CC',
    }),
    'target-flags': Flags.string({ summary: 'Extra flags for the target.', helpValue: 'FLAGS' }),
    dir: Flags.string({ summary: 'Folder whose config is read.', default: '.' }),
    json: Flags.boolean({ summary: 'Print one JSON document (swarm.doctor/1).' }),
    debug: Flags.boolean({ summary: 'Show where a problem came from.', hidden: true }),
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(Doctor);
    const { examine } = await import('../doctor/report.js');
    const { compilersToCheck } = await import('../doctor/compilers.js');
    const checks = await examine(await compilersToCheck(flags));
    const failed = checks.filter(({ state }) => state === 'fail');
    if (flags.json) this.log(JSON.stringify({ schema: 'swarm.doctor/1', ok: failed.length === 0, checks }));
    else
      for (const { name, state, detail, next } of checks) {
        const advice = next === undefined ? '' : `; next: ${next}`;
        this.log(`${state.padEnd(4)} ${name.padEnd(6)} ${oneLine(detail + advice, 220)}`);
      }
    if (failed.length > 0) process.exitCode = EXIT.environment;
  }
}
