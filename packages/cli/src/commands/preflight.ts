import { Command, Flags } from '@oclif/core';
import { numeric } from '../bisect/flags.js';
import { branchFlag, hubFlags, jsonFlag } from '../task/flags.js';
import { tell } from '../terminal/told.js';

export default class Preflight extends Command {
  static override readonly summary = 'Does it pay to have many agents here, and how many?';
  static override readonly description =
    'Looks at what there is to do, at how often work meets in files, and at how long sessions and the gate take; says how many agents, until when and for how much, or that one failure has to be taken apart first. Tests of the base are run where nobody has yet.';
  static override readonly examples = [
    '<%= config.bin %> preflight',
    '<%= config.bin %> preflight --session-usd 1.5 --session-time 1800',
    '<%= config.bin %> preflight --no-measure --json',
  ];
  static override readonly flags = {
    agents: Flags.integer({ char: 'n', summary: 'Agents at most (64).', helpValue: 'N', min: 1 }),
    'session-time': numeric('Seconds that a session takes (as before, else 1200).', 'S'),
    'session-usd': numeric('Dollars that a session costs (as before).', 'USD'),
    measure: Flags.boolean({
      summary: 'Run the tests of the base where nobody has yet.',
      allowNo: true,
      default: true,
    }),
    ...hubFlags,
    ...branchFlag,
    ...jsonFlag('swarm.preflight/1'),
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(Preflight);
    const { runPreflight } = await import('../preflight/run.js');
    const { createStatus } = await import('../terminal/status.js');
    const status = createStatus(process.stderr, () => performance.now(), false);
    tell(this, flags.json, await runPreflight(flags, status));
  }
}
