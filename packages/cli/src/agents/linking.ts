// Plugins of others, linked by their folders. They stand where oclif itself keeps a user's plugins, so that it loads them at the next
// start, and its own plugin for plugins would see them too.

import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { EXIT, SwarmError } from '@swarm/core';
import { makeFolder, writeFileAtomic } from '@swarm/host';

interface Linked {
  readonly name: string;
  readonly root: string;
  readonly type: 'link';
}

/** The list of a user's plugins, as oclif reads it. */
interface UserPlugins {
  readonly private?: boolean;
  readonly oclif?: { readonly schema?: number; readonly plugins?: readonly { readonly name: string }[] };
}

/** Link the plugin in a folder, in place of one of the same name. Gives its name. Throws `no-plugin` (exit 2). */
export async function linkPlugin(dataDir: string, folder: string): Promise<string> {
  const root = resolve(folder);
  const { name, oclif } = ((await readJson(join(root, 'package.json'))) ?? {}) as {
    readonly name?: unknown;
    readonly oclif?: { readonly hooks?: { readonly agents?: unknown } };
  };
  if (typeof name !== 'string' || oclif?.hooks?.agents === undefined)
    throw new SwarmError(`plugin ${folder}: no package.json with a name and oclif.hooks.agents`, {
      code: 'no-plugin',
      exit: EXIT.usage,
      hint: 'see docs/plugins.md for what a plugin is',
    });
  const linked: Linked = { name, root, type: 'link' };
  await change(dataDir, (plugins) => [...plugins.filter((it) => it.name !== name), linked]);
  return name;
}

/** Throws `no-plugin` (exit 2) where none of that name is linked. */
export async function unlinkPlugin(dataDir: string, name: string): Promise<void> {
  await change(dataDir, (plugins) => {
    const rest = plugins.filter((it) => it.name !== name);
    if (rest.length < plugins.length) return rest;
    throw new SwarmError(`plugin ${name}: not linked`, {
      code: 'no-plugin',
      exit: EXIT.usage,
      hint: 'swarm agents --json shows the plugin of each agent',
    });
  });
}

type Plugins = readonly { readonly name: string }[];

async function change(dataDir: string, edit: (plugins: Plugins) => Plugins): Promise<void> {
  const file = join(dataDir, 'package.json');
  const before = ((await readJson(file)) ?? {}) as UserPlugins;
  const plugins = edit(before.oclif?.plugins ?? []);
  makeFolder(dataDir, 'plugins');
  const after = { private: true, ...before, oclif: { schema: 1, ...before.oclif, plugins } };
  await writeFileAtomic(file, `${JSON.stringify(after, null, 2)}\n`);
}

/** Undefined where there is no such file. */
async function readJson(file: string): Promise<unknown> {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new SwarmError(`plugin ${file}: ${(error as Error).message}`, {
      code: 'no-plugin',
      exit: EXIT.usage,
      hint: 'mend the file',
      cause: error,
    });
  }
}
