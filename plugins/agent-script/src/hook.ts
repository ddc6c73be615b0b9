// Answers the hook `agents`: what this backend is. Its code loads when a session starts.

import type { BackendDescriptor } from '@swarm/core';

export default async function agents(): Promise<readonly BackendDescriptor[]> {
  return [
    {
      name: 'script',
      about: 'A script of steps (YAML, JSON or JavaScript), for tests and demonstrations.',
      reads: (args) => args.slice(0, 1),
      pass: [],
      load: async ({ program }) => program((await import('./dialect.js')).script),
    },
  ];
}
