// Answers the hook `agents`: what this backend is. Its code loads when a session starts.

import type { BackendDescriptor } from '@swarm/core';

export default async function agents(): Promise<readonly BackendDescriptor[]> {
  return [
    {
      name: 'codex',
      about: 'Codex, headless.',
      program: 'codex',
      versions: '0.169',
      pass: ['OPENAI_API_KEY', 'CODEX_API_KEY', 'OPENAI_BASE_URL', 'HTTPS_PROXY', 'NO_PROXY'],
      load: async ({ program }) => program((await import('./dialect.js')).codex),
    },
  ];
}
