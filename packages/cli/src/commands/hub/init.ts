import { Command, Flags } from '@oclif/core';
import { jsonFlag } from '../../task/flags.js';
import { tell } from '../../terminal/told.js';
import { word } from '../../terminal/word.js';

export default class HubInit extends Command {
  static override readonly summary =
    'Make a hub: a bare git repository that many agents may push to at once.';
  static override readonly description =
    'Any git remote can be the hub; this makes one in a folder. Run on a hub again, it only mends the settings. With --gate the hub itself refuses to move the branch to a commit whose tree has no certificate, whatever the pusher says.';
  static override readonly examples = [
    '<%= config.bin %> hub init /srv/project.git',
    '<%= config.bin %> hub init /srv/project.git --gate --signer ci-key.pub',
  ];
  static override readonly args = {
    folder: word({ description: 'A new or empty folder, or a hub.', required: true }),
  };
  static override readonly flags = {
    branch: Flags.string({ summary: 'The branch that work lands on.', helpValue: 'NAME', default: 'main' }),
    gate: Flags.boolean({ summary: 'Let the branch move only to commits that the gate has certified.' }),
    signer: Flags.string({
      summary: "A public key whose certificates count; default: that of your own gate's key, which is made.",
      helpValue: 'FILE',
      multiple: true,
      dependsOn: ['gate'],
    }),
    ...jsonFlag('swarm.hub/1'),
    debug: Flags.boolean({ summary: 'Show where a problem came from.', hidden: true }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(HubInit);
    const { makeHub } = await import('../../hub/make-hub.js');
    const signers = flags.gate ? (flags.signer ?? []) : undefined;
    tell(this, flags.json, await makeHub(args.folder, flags.branch, signers));
  }
}
