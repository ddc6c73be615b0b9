import { EXIT, SwarmError } from '@swarm/core';
import type { Hub, HubOptions } from './hub.js';

export interface FilesHubOptions extends HubOptions {
  readonly branch?: string;
  readonly ttlMs: number;
}

/** Open the hub whose claims are files on its branch. */
export async function openFilesHub(_options: FilesHubOptions): Promise<Hub> {
  throw new SwarmError('tasks.store files: is not there yet', {
    code: 'no-files-store',
    exit: EXIT.usage,
    hint: 'use `refs`',
  });
}
