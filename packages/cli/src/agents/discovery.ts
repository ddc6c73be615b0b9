// Backends as plugins answer for them. A plugin that fails or answers nonsense is a problem to tell, and keeps no other one away.

import { type BackendDescriptor, EXIT, SwarmError } from '@swarm/core';
import { nearestName } from '@swarm/host';

/** What is needed of oclif's config. */
interface Hooks {
  runHook(
    name: 'agents',
    options: object,
  ): Promise<{
    readonly successes: readonly { readonly result: unknown; readonly plugin: Plugin }[];
    readonly failures: readonly { readonly error: Error; readonly plugin: Plugin }[];
  }>;
}

interface Plugin {
  readonly name: string;
  /** `core` for those that come with swarm. */
  readonly type: string;
}

export interface FoundBackend {
  readonly descriptor: BackendDescriptor;
  readonly plugin: string;
}

export interface Discovery {
  /** By name. */
  readonly backends: readonly FoundBackend[];
  readonly problems: readonly { readonly plugin: string; readonly reason: string }[];
}

/** Ask all plugins. A name belongs to the plugin that comes with swarm, else to the first by name, however soon each answers. */
export async function findBackends(config: object): Promise<Discovery> {
  const { successes, failures } = await (config as Hooks).runHook('agents', {});
  const backends: FoundBackend[] = [];
  const problems = failures.map(({ plugin, error }) => ({ plugin: plugin.name, reason: error.message }));
  const inOrder = [...successes].sort((one, other) => (orderOf(one.plugin) < orderOf(other.plugin) ? -1 : 1));
  for (const { result, plugin } of inOrder)
    for (const answer of Array.isArray(result) ? (result as unknown[]) : [result]) {
      const reason = faultOf(answer) ?? takenBy(backends, answer as BackendDescriptor);
      if (reason === undefined)
        backends.push({ descriptor: answer as BackendDescriptor, plugin: plugin.name });
      else problems.push({ plugin: plugin.name, reason });
    }
  backends.sort((one, other) => (one.descriptor.name < other.descriptor.name ? -1 : 1));
  return { backends, problems };
}

/** The backend of that name. Throws `unknown-agent` (exit 2). */
export function backendNamed({ backends }: Discovery, name: string): FoundBackend {
  const found = backends.find(({ descriptor }) => descriptor.name === name);
  if (found !== undefined) return found;
  const names = backends.map(({ descriptor }) => descriptor.name);
  const nearest = nearestName(name, names);
  throw new SwarmError(`agent ${name}: no plugin has it`, {
    code: 'unknown-agent',
    exit: EXIT.usage,
    hint: nearest === undefined ? `there are ${names.join(', ')}` : `did you mean ${nearest}?`,
  });
}

const orderOf = ({ type, name }: Plugin): string => `${type === 'core' ? 0 : 1} ${name}`;

/** What is wrong with an answer; the code of others may give anything. */
function faultOf(answer: unknown): string | undefined {
  if (typeof answer !== 'object' || answer === null) return 'answered no descriptor';
  const { name, about, pass, load } = answer as Partial<Record<keyof BackendDescriptor, unknown>>;
  if (typeof name !== 'string' || !/^[a-z][a-z0-9-]*$/.test(name))
    return `a name is a word in small letters, not ${JSON.stringify(name)}`;
  if (typeof about !== 'string') return `${name}: says nothing about itself`;
  if (!Array.isArray(pass) || pass.some((it) => typeof it !== 'string'))
    return `${name}: pass is a list of names`;
  return typeof load === 'function' ? undefined : `${name}: has no load()`;
}

const takenBy = (backends: readonly FoundBackend[], { name }: BackendDescriptor): string | undefined => {
  const other = backends.find(({ descriptor }) => descriptor.name === name);
  return other === undefined ? undefined : `${name}: ${other.plugin} has this name already`;
};
