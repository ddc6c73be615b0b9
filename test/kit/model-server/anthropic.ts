// Anthropic's messages, as its API's documentation has them.

import { type Answer, type JsonSchemaLike, MESSAGES, sse, type Tokens, type Wire } from './wire.ts';

interface Body {
  readonly stream?: boolean;
  readonly tools?: readonly { readonly name: string; readonly input_schema?: JsonSchemaLike }[];
}

const ERRORS: Readonly<Record<number, string>> = { 401: 'authentication_error', 429: 'rate_limit_error' };

const message = (id: string, tokens: Tokens) => ({
  id,
  type: 'message',
  role: 'assistant',
  model: 'scripted',
  content: [],
  stop_reason: null,
  stop_sequence: null,
  usage: { input_tokens: tokens.input, output_tokens: 1 },
});

const stopReason = ({ call }: Answer) => (call === undefined ? 'end_turn' : 'tool_use');

export const anthropic: Wire = {
  name: 'anthropic',
  matches: (path) => path.endsWith('/v1/messages'),
  read(_, body) {
    const { stream = false, tools = [] } = body as Body;
    return {
      streaming: stream,
      tools: tools.map(({ name, input_schema }) => ({ name, parameters: input_schema?.properties ?? {} })),
    };
  },
  stream(answer, id, tokens) {
    const event = (data: { type: string }) => sse(data, data.type);
    const block = (index: number, start: object, deltas: readonly object[]) => [
      event({ type: 'content_block_start', index, content_block: start } as { type: string }),
      ...deltas.map((delta) => event({ type: 'content_block_delta', index, delta } as { type: string })),
      event({ type: 'content_block_stop', index } as { type: string }),
    ];
    const texts = answer.text.map((text) => ({ type: 'text_delta', text }));
    const { call } = answer;
    return [
      event({ type: 'message_start', message: message(id, tokens) } as { type: string }),
      ...block(0, { type: 'text', text: '' }, texts),
      ...(call === undefined
        ? []
        : block(1, { type: 'tool_use', id: `toolu_${id}`, name: call.name, input: {} }, [
            { type: 'input_json_delta', partial_json: JSON.stringify(call.arguments) },
          ])),
      event({
        type: 'message_delta',
        delta: { stop_reason: stopReason(answer), stop_sequence: null },
        usage: { output_tokens: tokens.output },
      } as { type: string }),
      event({ type: 'message_stop' }),
    ];
  },
  whole(answer, id, tokens) {
    const { call } = answer;
    return {
      ...message(id, tokens),
      content: [
        { type: 'text', text: answer.text.join('') },
        ...(call === undefined
          ? []
          : [{ type: 'tool_use', id: `toolu_${id}`, name: call.name, input: call.arguments }]),
      ],
      stop_reason: stopReason(answer),
      usage: { input_tokens: tokens.input, output_tokens: tokens.output },
    };
  },
  error: (status) => ({
    type: 'error',
    error: { type: ERRORS[status] ?? 'api_error', message: MESSAGES[status] ?? 'failed' },
  }),
};
