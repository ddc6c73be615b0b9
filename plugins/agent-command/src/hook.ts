// Answers the hook `agents`: what this backend is. Its code loads when a session starts.

import type { BackendDescriptor } from '@swarm/core';

export default async function agents(): Promise<readonly BackendDescriptor[]> {
  return [
    {
      name: 'command',
      about: 'Any program: the prompt on its standard input, the program and its arguments from the config.',
      programOf: ([program]) => program,
      pass: [],
      load: async ({ program }) => program((await import('./dialect.js')).command),
    },
  ];
}
