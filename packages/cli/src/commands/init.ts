import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Command, Flags } from '@oclif/core';
import { EXIT, SwarmError } from '@swarm/core';
import { findBuild } from '../init/findings.js';
import { configText } from '../init/template.js';

export default class Init extends Command {
  static override readonly summary = 'Write a swarm.config.yaml for what is found in a folder.';
  static override readonly examples = ['<%= config.bin %> init', '<%= config.bin %> init --dir my-project'];
  static override readonly flags = {
    dir: Flags.string({ summary: 'Folder to look at and write to.', default: '.' }),
    force: Flags.boolean({ summary: 'Replace a config that is already there.' }),
    json: Flags.boolean({ summary: 'Print one JSON document (swarm.init/1).' }),
    debug: Flags.boolean({ summary: 'Show where a problem came from.', hidden: true }),
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(Init);
    const dir = resolve(flags.dir);
    const found = await findBuild(dir, process.env.PATH ?? '').catch((cause) => {
      throw new SwarmError(`init: cannot read the folder ${dir}`, {
        code: 'unreadable-folder',
        exit: EXIT.usage,
        cause,
      });
    });
    const file = join(dir, 'swarm.config.yaml');
    await writeFile(file, configText(found), { flag: flags.force ? 'w' : 'wx' }).catch((cause) => {
      if (cause.code !== 'EEXIST') throw cause;
      throw new SwarmError(`init: ${file} is already there`, {
        code: 'config-exists',
        exit: EXIT.refused,
        hint: 'edit it, or pass --force to replace it',
        cause,
      });
    });
    if (flags.json) return this.log(JSON.stringify({ schema: 'swarm.init/1', file, found }));
    this.log(`wrote ${file}`);
    this.log(`found: ${found.seen.join(', ') || 'no build system that I know'}`);
    this.log('next: check the target and the test in it, then run `swarm doctor` and `swarm bisect`');
  }
}
