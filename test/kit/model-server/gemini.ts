// Gemini's generateContent and streamGenerateContent, as its API's documentation has them.

import { type Answer, type JsonSchemaLike, MESSAGES, sse, type Tokens, type Wire } from './wire.ts';

interface Body {
  readonly tools?: readonly {
    readonly functionDeclarations?: readonly {
      readonly name: string;
      readonly parameters?: JsonSchemaLike;
      readonly parametersJsonSchema?: JsonSchemaLike;
    }[];
  }[];
}

const CODES: Readonly<Record<number, string>> = { 401: 'UNAUTHENTICATED', 429: 'RESOURCE_EXHAUSTED' };

const chunk = (parts: readonly object[], id: string, tokens: Tokens, finishReason?: string) => ({
  candidates: [{ index: 0, content: { role: 'model', parts }, ...(finishReason && { finishReason }) }],
  usageMetadata: {
    promptTokenCount: tokens.input,
    candidatesTokenCount: tokens.output,
    totalTokenCount: tokens.input + tokens.output,
  },
  modelVersion: 'scripted',
  responseId: id,
});

const callPart = ({ call }: Answer, id: string) =>
  call === undefined
    ? []
    : [
        {
          functionCall: { id: `call_${id}`, name: call.name, args: call.arguments },
          thoughtSignature: 'c2ln',
        },
      ];

export const gemini: Wire = {
  name: 'gemini',
  matches: (path) => /:(?:streamG|g)enerateContent$/.test(path),
  read(path, body) {
    const { tools = [] } = body as Body;
    return {
      streaming: path.endsWith(':streamGenerateContent'),
      tools: tools.flatMap(({ functionDeclarations = [] }) =>
        functionDeclarations.map(({ name, parameters, parametersJsonSchema }) => ({
          name,
          parameters: (parametersJsonSchema ?? parameters)?.properties ?? {},
        })),
      ),
    };
  },
  stream: (answer, id, tokens) => [
    ...answer.text.map((text) => sse(chunk([{ text }], id, tokens))),
    sse(chunk([...callPart(answer, id)], id, tokens, 'STOP')),
  ],
  whole: (answer, id, tokens) =>
    chunk([{ text: answer.text.join('') }, ...callPart(answer, id)], id, tokens, 'STOP'),
  error: (status) => ({
    error: { code: status, message: MESSAGES[status] ?? 'failed', status: CODES[status] ?? 'INTERNAL' },
  }),
};
