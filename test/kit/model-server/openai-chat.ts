// OpenAI's chat completions, as its API's documentation has them.

import { type Answer, type JsonSchemaLike, MESSAGES, sse, type Tokens, type Wire } from './wire.ts';

interface Body {
  readonly stream?: boolean;
  readonly tools?: readonly {
    readonly function?: { readonly name: string; readonly parameters?: JsonSchemaLike };
  }[];
}

const calls = ({ call }: Answer, id: string) =>
  call === undefined
    ? undefined
    : [
        {
          index: 0,
          id: `call_${id}`,
          type: 'function',
          function: { name: call.name, arguments: JSON.stringify(call.arguments) },
        },
      ];

const usage = ({ input, output }: Tokens) => ({
  prompt_tokens: input,
  completion_tokens: output,
  total_tokens: input + output,
});

const finish = ({ call }: Answer) => (call === undefined ? 'stop' : 'tool_calls');

export const openaiChat: Wire = {
  name: 'openai-chat',
  matches: (path) => path.endsWith('/chat/completions'),
  read(_, body) {
    const { stream = false, tools = [] } = body as Body;
    return {
      streaming: stream,
      tools: tools.flatMap(({ function: it }) =>
        it === undefined ? [] : [{ name: it.name, parameters: it.parameters?.properties ?? {} }],
      ),
    };
  },
  stream(answer, id, tokens) {
    const chunk = (delta: object, finish_reason: string | null, more: object = {}) =>
      sse({
        id,
        object: 'chat.completion.chunk',
        created: 1,
        model: 'scripted',
        choices: [{ index: 0, delta, finish_reason }],
        ...more,
      });
    const tool_calls = calls(answer, id);
    return [
      chunk({ role: 'assistant', content: '' }, null),
      ...answer.text.map((content) => chunk({ content }, null)),
      ...(tool_calls === undefined ? [] : [chunk({ tool_calls }, null)]),
      chunk({}, finish(answer), { usage: usage(tokens) }),
      sse('[DONE]'),
    ];
  },
  whole(answer, id, tokens) {
    const tool_calls = calls(answer, id);
    const message = { role: 'assistant', content: answer.text.join(''), ...(tool_calls && { tool_calls }) };
    return {
      id,
      object: 'chat.completion',
      created: 1,
      model: 'scripted',
      choices: [{ index: 0, message, finish_reason: finish(answer) }],
      usage: usage(tokens),
    };
  },
  error: (status) => ({
    error: {
      message: MESSAGES[status] ?? 'failed',
      type: status === 429 ? 'rate_limit_exceeded' : 'invalid_request_error',
      code: status === 401 ? 'invalid_api_key' : null,
    },
  }),
};
