// What the four wire formats have in common: what a request asks, what a model answers, and how errors look.

/** A tool that a request offers: its name and its parameters' JSON Schema. */
export interface OfferedTool {
  readonly name: string;
  readonly parameters: Readonly<Record<string, { readonly type?: string | readonly string[] }>>;
  /** It takes plain text in place of parameters. */
  readonly freeform?: boolean;
}

export interface Asked {
  readonly tools: readonly OfferedTool[];
  readonly streaming: boolean;
}

/** One answer of a model. */
export interface Answer {
  /** Pieces of text, one event each. */
  readonly text: readonly string[];
  readonly call?: { readonly name: string; readonly arguments: Readonly<Record<string, unknown>> };
}

export interface Tokens {
  readonly input: number;
  readonly output: number;
}

export interface Wire {
  readonly name: 'anthropic' | 'openai-chat' | 'openai-responses' | 'gemini';
  /** True for the paths of its requests. */
  matches(path: string): boolean;
  read(path: string, body: unknown): Asked;
  /** The events of a streamed answer. */
  stream(answer: Answer, id: string, tokens: Tokens): string[];
  /** The same in one piece. */
  whole(answer: Answer, id: string, tokens: Tokens): object;
  error(status: number): object;
}

export interface JsonSchemaLike {
  readonly properties?: OfferedTool['parameters'];
}

/** A server-sent event. */
export const sse = (data: object | string, event?: string): string =>
  `${event === undefined ? '' : `event: ${event}\n`}data: ${typeof data === 'string' ? data : JSON.stringify(data)}\n\n`;

/** What is said of a status. */
export const MESSAGES: Readonly<Record<number, string>> = {
  401: 'the key is not valid',
  429: 'too many requests, try again later',
};
