// Answers the hook `agents`: what this backend is. Its code loads when a session starts.

import type { BackendDescriptor } from '@swarm/core';

export default async function agents(): Promise<readonly BackendDescriptor[]> {
  return [
    {
      name: 'gemini',
      about: 'The Gemini CLI, headless.',
      program: 'gemini',
      versions: '0.61',
      pass: [
        'GEMINI_API_KEY',
        'GOOGLE_API_KEY',
        'GOOGLE_GENAI_USE_VERTEXAI',
        'GOOGLE_CLOUD_PROJECT',
        'GOOGLE_CLOUD_LOCATION',
        'GOOGLE_GEMINI_BASE_URL',
        'HTTPS_PROXY',
        'NO_PROXY',
      ],
      load: async ({ program }) => program((await import('./dialect.js')).gemini),
    },
  ];
}
