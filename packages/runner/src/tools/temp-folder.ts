// A folder for the time of one call.

import { createTempDir } from '@swarm/host';

export async function withTempFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const { path, remove } = await createTempDir();
  try {
    return await use(path);
  } finally {
    await remove();
  }
}
