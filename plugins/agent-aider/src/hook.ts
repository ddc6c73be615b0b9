// Answers the hook `agents`: what this backend is. Its code loads when a session starts.

import type { BackendDescriptor } from '@swarm/core';

export default async function agents(): Promise<readonly BackendDescriptor[]> {
  return [
    {
      name: 'aider',
      about: 'aider, with a message file.',
      program: 'aider',
      pass: [
        'ANTHROPIC_API_KEY',
        'OPENAI_API_KEY',
        'OPENAI_API_BASE',
        'GEMINI_API_KEY',
        'OPENROUTER_API_KEY',
        'HTTPS_PROXY',
        'NO_PROXY',
      ],
      load: async ({ program }) => program((await import('./dialect.js')).aider),
    },
  ];
}
