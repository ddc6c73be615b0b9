// Answers the hook `agents`: what this backend is. Its code loads when a session starts.

import type { BackendDescriptor } from '@swarm/core';

export default async function agents(): Promise<readonly BackendDescriptor[]> {
  return [
    {
      name: 'opencode',
      about: 'opencode, headless.',
      program: 'opencode',
      versions: '1.18',
      pass: [
        'ANTHROPIC_API_KEY',
        'OPENAI_API_KEY',
        'GEMINI_API_KEY',
        'OPENROUTER_API_KEY',
        'OPENCODE_API_KEY',
        'HTTPS_PROXY',
        'NO_PROXY',
      ],
      load: async ({ program }) => program((await import('./dialect.js')).opencode),
    },
  ];
}
