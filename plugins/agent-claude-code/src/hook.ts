// Answers the hook `agents`: what this backend is. Its code loads when a session starts.

import type { BackendDescriptor } from '@swarm/core';

export default async function agents(): Promise<readonly BackendDescriptor[]> {
  return [
    {
      name: 'claude-code',
      about: 'Claude Code, headless.',
      program: 'claude',
      pass: [
        'ANTHROPIC_API_KEY',
        'ANTHROPIC_AUTH_TOKEN',
        'ANTHROPIC_BASE_URL',
        'CLAUDE_CODE_OAUTH_TOKEN',
        'HTTPS_PROXY',
        'IS_SANDBOX',
        'NO_PROXY',
      ],
      load: async ({ program }) => program((await import('./dialect.js')).claudeCode),
    },
  ];
}
