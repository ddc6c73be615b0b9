import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Command, Flags } from '@oclif/core';
import { EXIT, SwarmError } from '@swarm/core';
import { findBuild } from '../init/findings.js';
import { pagesFor, writeMissingPages } from '../init/pages.js';
import { configText } from '../init/template.js';

export default class Init extends Command {
  static override readonly summary =
    'Write a swarm.config.yaml for what is found in a folder, and pages for agents.';
  static override readonly description =
    'Pages are AGENT_PROMPT.md and swarm/roles/*.md, what sessions of `swarm run` begin with. Those that are there stay as they are.';
  static override readonly examples = ['<%= config.bin %> init', '<%= config.bin %> init --dir my-project'];
  static override readonly flags = {
    dir: Flags.string({ summary: 'Folder to look at and write to.', default: '.' }),
    pages: Flags.boolean({ summary: 'Write only pages, and no config.' }),
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
    const file = flags.pages ? undefined : join(dir, 'swarm.config.yaml');
    if (file !== undefined) await writeConfig(file, configText(found), flags.force);
    const pages = await writeMissingPages(dir, pagesFor(found));
    if (flags.json)
      return this.log(JSON.stringify({ schema: 'swarm.init/1', file: file ?? null, pages, found }));
    if (file !== undefined) this.log(`wrote ${file}`);
    this.log(`found: ${found.seen.join(', ') || 'no build system that I know'}`);
    this.log(`pages for agents: ${pages.length === 0 ? 'all there already' : pages.join(', ')}`);
    if (file !== undefined)
      this.log('next: check the target and the test in it, then run `swarm doctor` and `swarm bisect`');
  }
}

const writeConfig = (file: string, text: string, force: boolean): Promise<void> =>
  writeFile(file, text, { flag: force ? 'w' : 'wx' }).catch((cause) => {
    if (cause.code !== 'EEXIST') throw cause;
    throw new SwarmError(`init: ${file} is already there`, {
      code: 'config-exists',
      exit: EXIT.refused,
      hint: 'edit it, pass --force to replace it, or --pages for pages alone',
      cause,
    });
  });
