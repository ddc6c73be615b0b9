// A run's name: sorts by its start, and no two of one machine are alike.

import { randomBytes } from 'node:crypto';

export const runId = (now: Date): string =>
  `${now.toISOString().replace(/[-:]/g, '').replace('T', '-').slice(0, 15)}-${randomBytes(3).toString('hex')}`;
