// OpenAI's responses, as its API's documentation has them.

import { openaiChat } from './openai-chat.ts';
import { type Answer, type JsonSchemaLike, sse, type Tokens, type Wire } from './wire.ts';

interface Body {
  readonly stream?: boolean;
  readonly tools?: readonly {
    readonly type: string;
    readonly name?: string;
    readonly parameters?: JsonSchemaLike;
  }[];
}

const messageItem = (answer: Answer, id: string) => ({
  id: `msg_${id}`,
  type: 'message',
  role: 'assistant',
  status: 'completed',
  content: [{ type: 'output_text', text: answer.text.join(''), annotations: [] }],
});

const callItem = ({ call }: Answer, id: string) =>
  call === undefined
    ? []
    : [
        {
          id: `fc_${id}`,
          type: 'function_call',
          status: 'completed',
          call_id: `call_${id}`,
          name: call.name,
          arguments: JSON.stringify(call.arguments),
        },
      ];

function response(answer: Answer, id: string, { input, output }: Tokens) {
  return {
    id: `resp_${id}`,
    object: 'response',
    created_at: 1,
    model: 'scripted',
    status: 'completed',
    error: null,
    output: [messageItem(answer, id), ...callItem(answer, id)],
    usage: {
      input_tokens: input,
      input_tokens_details: { cached_tokens: 0 },
      output_tokens: output,
      output_tokens_details: { reasoning_tokens: 0 },
      total_tokens: input + output,
    },
  };
}

export const openaiResponses: Wire = {
  name: 'openai-responses',
  matches: (path) => path.endsWith('/responses'),
  read(_, body) {
    const { stream = false, tools = [] } = body as Body;
    return {
      streaming: stream,
      tools: tools.flatMap(({ type, name, parameters }) =>
        name === undefined
          ? []
          : [{ name, parameters: parameters?.properties ?? {}, freeform: type === 'custom' }],
      ),
    };
  },
  stream(answer, id, tokens) {
    let number = 0;
    const event = (type: string, data: object) => sse({ type, sequence_number: number++, ...data }, type);
    const message = messageItem(answer, id);
    const begun = {
      ...response(answer, id, tokens),
      status: 'in_progress',
      output: [],
      usage: null,
    };
    const at = { output_index: 0, content_index: 0, item_id: message.id };
    const part = (text: string) => ({ ...at, part: { type: 'output_text', text, annotations: [] } });
    const whole = answer.text.join('');
    return [
      event('response.created', { response: begun }),
      event('response.output_item.added', {
        output_index: 0,
        item: { ...message, status: 'in_progress', content: [] },
      }),
      event('response.content_part.added', part('')),
      ...answer.text.map((delta) => event('response.output_text.delta', { ...at, delta })),
      event('response.output_text.done', { ...at, text: whole }),
      event('response.content_part.done', part(whole)),
      event('response.output_item.done', { output_index: 0, item: message }),
      ...callItem(answer, id).flatMap((item) => [
        event('response.output_item.added', {
          output_index: 1,
          item: { ...item, status: 'in_progress', arguments: '' },
        }),
        event('response.function_call_arguments.delta', {
          output_index: 1,
          item_id: item.id,
          delta: item.arguments,
        }),
        event('response.function_call_arguments.done', {
          output_index: 1,
          item_id: item.id,
          arguments: item.arguments,
        }),
        event('response.output_item.done', { output_index: 1, item }),
      ]),
      event('response.completed', { response: response(answer, id, tokens) }),
    ];
  },
  whole: response,
  error: (status) => openaiChat.error(status),
};
