// Claude Code's streams: of 2.1.331 as it printed them with a scripted model, shortened to what is read; and, for what such a model can't bring
// about, written after its documentation (the Agent SDK's message types, the headless page).

import { describe, expect, it } from 'vitest';
import { readStream } from '../../../test/kit/stream.ts';
import { claudeCode, claudeCodeWith } from '../src/dialect.js';

const lines = (...events: object[]) => events.map((event) => JSON.stringify(event)).join('\n');
const INIT = { type: 'system', subtype: 'init', session_id: 's-1', model: 'claude-x', tools: ['Write'] };
const USAGE = {
  input_tokens: 10,
  cache_creation_input_tokens: 5,
  cache_read_input_tokens: 100,
  output_tokens: 7,
};
const answer = (id: string, block: object) => ({
  type: 'assistant',
  message: { id, role: 'assistant', content: [block], usage: USAGE },
  parent_tool_use_id: null,
  session_id: 's-1',
});
const WRITE = { type: 'tool_use', id: 't', name: 'Write', input: { file_path: 'a.txt', content: '' } };
const TEXT = { type: 'text', text: 'I write it.' };
const RESULT = {
  type: 'result',
  subtype: 'success',
  is_error: false,
  num_turns: 2,
  result: 'Done.',
  total_cost_usd: 0.0123,
  usage: { ...USAGE, input_tokens: 20 },
};
const failed = (more: object) => ({ ...RESULT, is_error: true, ...more });
const refusal = (error: string, text: string) => ({ ...answer('m', { type: 'text', text }), error });
const retry = (error_status: number, error: string) => ({
  type: 'system',
  subtype: 'api_retry',
  attempt: 1,
  max_retries: 10,
  retry_delay_ms: 2000,
  error_status,
  error,
});

const recordedAnswer = (id: string, block: object) => ({
  type: 'assistant',
  message: {
    ...{ id, type: 'message', role: 'assistant', model: 'scripted', content: [block] },
    stop_reason: null,
    usage: { input_tokens: 100, output_tokens: 1 },
  },
  parent_tool_use_id: null,
});
const WRITE_RECORDED = { file_path: '/work/answer.txt', content: 'forty-two\n' };
const RECORDED = [
  JSON.stringify({ ...INIT, model: 'scripted', permissionMode: 'bypassPermissions', mcp_servers: [] }),
  '[claude-code:unrecognized_model] {"model":"scripted","query_source":"sdk"}',
  lines(
    recordedAnswer('anthropic-1', { type: 'text', text: 'I write it.' }),
    recordedAnswer('anthropic-1', { type: 'tool_use', id: 't-1', name: 'Write', input: WRITE_RECORDED }),
    {
      type: 'user',
      message: { role: 'user', content: [{ tool_use_id: 't-1', type: 'tool_result', content: 'created' }] },
      tool_use_result: { type: 'create', filePath: '/work/answer.txt', structuredPatch: [] },
    },
    recordedAnswer('anthropic-2', { type: 'text', text: 'The file is written.' }),
    {
      ...{ duration_api_ms: 397, stop_reason: 'end_turn', session_id: 's-1', total_cost_usd: 0.0016 },
      usage: {
        ...{
          input_tokens: 200,
          cache_creation_input_tokens: 0,
          cache_read_input_tokens: 0,
          output_tokens: 40,
        },
        server_tool_use: { web_search_requests: 0, web_fetch_requests: 0 },
      },
      ...{ permission_denials: [], terminal_reason: 'completed', is_error: false, num_turns: 2 },
      ...{ subtype: 'success', api_error_status: null, result: 'The file is written.', type: 'result' },
    },
  ),
].join('\n');

describe('a stream of Claude Code', () => {
  it('is read as it was recorded: the result has the last word on what was used', () => {
    expect(readStream(claudeCode, { stdout: RECORDED })).toMatchObject({
      outcome: 'ok',
      session: 's-1',
      model: 'scripted',
      turns: 2,
      tools: 1,
      usage: { inputTokens: 200, outputTokens: 40, cachedTokens: 0, usd: 0.0016 },
    });
  });

  it('tells of a session that edits and finishes', () => {
    const stdout = lines(INIT, answer('m1', TEXT), answer('m1', WRITE), answer('m2', TEXT), RESULT);
    expect(readStream(claudeCode, { stdout })).toMatchObject({
      outcome: 'ok',
      session: 's-1',
      model: 'claude-x',
      turns: 2,
      tools: 1,
      usage: { inputTokens: 30, outputTokens: 14, cachedTokens: 200, usd: 0.0123 },
    });
  });

  it.each<[string, string, object[]]>([
    ['tries again, then fine', 'ok', [retry(429, 'rate_limit'), answer('m', WRITE), RESULT]],
    ['tries again for ever', 'rate-limited', [retry(529, 'overloaded'), retry(529, 'overloaded')]],
    ['is refused and says success', 'rate-limited', [refusal('rate_limit', "You've hit your limit"), RESULT]],
    [
      'has no login',
      'auth',
      [refusal('authentication_failed', 'Please run /login'), failed({ result: 'Please run /login' })],
    ],
    [
      'has no credit',
      'budget',
      [
        refusal('billing_error', 'Credit balance is too low'),
        failed({ result: 'Credit balance is too low' }),
      ],
    ],
    [
      'took its turns',
      'turns',
      [answer('m', TEXT), failed({ subtype: 'error_max_turns', result: undefined })],
    ],
    [
      'spent its budget',
      'budget',
      [answer('m', TEXT), failed({ subtype: 'error_max_budget_usd', errors: ['over'] })],
    ],
    [
      'failed',
      'crashed',
      [answer('m', TEXT), failed({ subtype: 'error_during_execution', errors: ['it broke'] })],
    ],
    ['is cut', 'crashed', [answer('m', TEXT)]],
    [
      'only says that limits are near',
      'ok',
      [
        { type: 'rate_limit_event', rate_limit_info: { status: 'allowed_warning' } },
        answer('m', TEXT),
        RESULT,
      ],
    ],
  ])('that %s is %s', (_, outcome, events) => {
    expect(readStream(claudeCode, { stdout: lines(INIT, ...events) }).outcome).toBe(outcome);
  });

  it('says when a spent window ends, by the clock', () => {
    const info = { status: 'rejected', resetsAt: 1_000_060, rateLimitType: 'five_hour' };
    const stdout = lines(
      INIT,
      { type: 'rate_limit_event', rate_limit_info: info },
      failed({ result: "You've hit your limit" }),
    );
    const read = readStream(
      claudeCodeWith(() => 1_000_000_000),
      { stdout, status: 1 },
    );
    expect(read).toMatchObject({ outcome: 'rate-limited', detail: "You've hit your limit" });
    expect(read.retryAfterMs).toBe(60_000);
  });

  it('is never ok, and never throws, wherever it is cut', () => {
    const stdout = lines(INIT, answer('m1', TEXT), answer('m2', WRITE), RESULT);
    for (let end = 0; end < stdout.length; end += 3)
      expect(['crashed', 'ok']).toContain(
        readStream(claudeCode, { stdout: stdout.slice(0, end), changed: true }).outcome,
      );
    expect(readStream(claudeCode, { stdout: stdout.slice(0, -1) }).outcome).toBe('crashed');
  });
});
