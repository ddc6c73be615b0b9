// What aider prints, written after its documentation and the outputs that its users reported: no run was recorded.

import { describe, expect, it } from 'vitest';
import { readStream } from '../../../test/kit/stream.ts';
import { aider } from '../src/dialect.js';

const BANNER = `────────────────
Aider v0.86.2
Main model: some/model with diff edit format
Git repo: .git with 12 files
Repo-map: using 1024 tokens, auto refresh
`;
const EDIT = `
I change the greeting.

hello.py
<<<<<<< SEARCH
print("hi")
=======
print("hello")
>>>>>>> REPLACE

Tokens: 2.3k sent, 1.1k cache hit, 120 received. Cost: $0.01 message, $0.03 session.
Applied edit to hello.py
`;
const LIMITED = `
litellm.RateLimitError: RateLimitError: SomeException - {"error":{"message":"Rate limit reached for
model some in organization, on tokens per minute (TPM): Limit 15000. Please try again in 5.2s.
","type":"tokens","code":"rate_limit_exceeded"}}
The API provider has rate limited you. Try again later or check your quotas.
`;
const AGAIN = 'Retrying in 0.5 seconds...\n';
const NO_KEY = `
litellm.AuthenticationError: AuthenticationError: SomeException - invalid x-api-key
The API provider is not able to authenticate you. Check your API key.
`;

describe('the output of aider', () => {
  it('tells of edits, tokens and money', () => {
    expect(readStream(aider, { stdout: BANNER + EDIT })).toMatchObject({
      outcome: 'ok',
      tools: 1,
      usage: { inputTokens: 1200, outputTokens: 120, cachedTokens: 1100, usd: 0.03 },
    });
  });

  it.each<[string, string, string, number]>([
    ['tries again, then edits', 'ok', LIMITED + AGAIN + EDIT, 0],
    ['gives up after it tried again, with status 0', 'rate-limited', LIMITED + AGAIN + LIMITED, 0],
    ['waits to try again', 'rate-limited', LIMITED + AGAIN, 143],
    ['has no key, with status 0', 'auth', NO_KEY, 0],
    ['dies', 'crashed', 'I begin.\n', 1],
    ['says nothing', 'empty', '', 0],
  ])('that %s is %s', (_, outcome, said, status) => {
    const changed = said.includes(EDIT);
    expect(readStream(aider, { stdout: BANNER + said, status, changed }).outcome).toBe(outcome);
  });

  it('gets its message in a file of the session, and nothing on standard input', () => {
    const request = { prompt: 'do it', workspace: '/w', home: '/h', env: {}, wrap: [], limits: {} };
    const { argv, files, input } = aider.command(request);
    expect(argv).not.toContain('do it');
    expect(argv[argv.indexOf('--message-file') + 1]).toBe('/h/swarm-message.md');
    expect(files).toEqual({ 'swarm-message.md': 'do it' });
    expect(input).toBe('');
  });
});
