import { Command, Flags } from '@oclif/core';
import { numeric } from '../../bisect/flags.js';
import { roomFlags } from '../../gate/flags.js';
import { branchFlag, hubFlags, jsonFlag } from '../../task/flags.js';
import { createStatus } from '../../terminal/status.js';
import { tell } from '../../terminal/told.js';

const { dir, remote, debug } = hubFlags;

export default class QueueServe extends Command {
  static override readonly summary =
    'Serve the landing queue: gate what waits in batches, land what is good, give back what is not.';
  static override readonly description =
    "Takes changes by priority, puts them on top of each other, and runs the full gate of the whole. Where it is refused, only the failing tests run on parts of the batch until the changes to blame are known; these are taken out with the evidence. While it serves, `swarm land` hands work in. The first Ctrl-C finishes the batch in hand, the second stops at once; the next server goes on where it was, without gating anything twice. On a gated hub it needs the gate's key.";
  static override readonly examples = [
    '<%= config.bin %> queue serve',
    '<%= config.bin %> queue serve --once --batch 8 --json',
  ];
  static override readonly flags = {
    batch: Flags.integer({
      summary: 'Changes in a batch at most; how many it takes follows from how many are bad.',
      helpValue: 'N',
      default: 16,
      min: 1,
    }),
    once: Flags.boolean({ summary: 'Stop when nothing waits.' }),
    poll: Flags.integer({
      summary: 'Seconds between looks when nothing waits.',
      helpValue: 'S',
      default: 2,
      min: 1,
    }),
    ttl: Flags.integer({
      summary: 'Seconds without a sign of life after which others take this server for gone.',
      helpValue: 'S',
      default: 60,
      min: 3,
    }),
    jobs: Flags.integer({ summary: 'Tests at a time (the processors).', helpValue: 'N', min: 1 }),
    'time-limit': numeric('Seconds for each test (60).', 'S'),
    ...roomFlags,
    ...{ dir, remote, debug },
    ...branchFlag,
    ...jsonFlag('swarm.queue/1'),
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(QueueServe);
    const { serveQueue } = await import('../../queue/serve.js');
    const status = createStatus(process.stderr, () => performance.now(), false);
    tell(this, flags.json, await serveQueue(flags, status));
  }
}
