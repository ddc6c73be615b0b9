// A model server on loopback that follows a script, in whichever of the four wire formats it is asked. Requests that offer no tools
// (titles, routing, summaries) are answered with a word and are no step. It costs nothing, knows nobody, and remembers what it was asked.

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { anthropic } from './anthropic.ts';
import { gemini } from './gemini.ts';
import { openaiChat } from './openai-chat.ts';
import { openaiResponses } from './openai-responses.ts';
import { editCall, type Step } from './script.ts';
import type { Answer, Asked, Wire } from './wire.ts';

const WIRES: readonly Wire[] = [anthropic, openaiChat, openaiResponses, gemini];
const TOKENS = { input: 100, output: 20 } as const;
const PIECE = 1000;

interface ModelRequest {
  readonly wire: Wire['name'] | undefined;
  readonly path: string;
  readonly tools: readonly string[];
  readonly body: unknown;
}

export interface ModelServer {
  /** `http://127.0.0.1:<port>`. */
  readonly url: string;
  readonly requests: readonly ModelRequest[];
  close(): Promise<void>;
}

export interface ModelOptions {
  readonly steps: readonly Step[];
  /** Where edits are made. */
  readonly folder: string;
}

export async function startModelServer(options: ModelOptions): Promise<ModelServer> {
  const model = new Model(options);
  const sockets = new Set<Socket>();
  const server = createServer((request, response) => {
    void model.answer(request, response);
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  await new Promise<void>((ready) => {
    server.listen(0, '127.0.0.1', ready);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests: model.requests,
    close: () =>
      new Promise<void>((closed) => {
        server.close(() => closed());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

class Model {
  readonly requests: ModelRequest[] = [];
  #step = 0;
  #answers = 0;

  constructor(private readonly options: ModelOptions) {}

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = (request.url ?? '/').replace(/\?.*/, '');
    const body = await bodyOf(request);
    const wire = WIRES.find((it) => it.matches(path));
    const asked = wire?.read(path, body);
    this.requests.push({
      wire: wire?.name,
      path,
      tools: asked?.tools.map(({ name }) => name) ?? [],
      body,
    });
    if (wire === undefined || asked === undefined)
      json(response, 200, { data: [], models: [], totalTokens: 1 });
    else if (asked.tools.length === 0) this.#send(response, wire, asked, { text: ['ok'] });
    else this.#follow(this.#next(), { response, wire, asked });
  }

  #next(): Step {
    const { steps } = this.options;
    return steps[Math.min(this.#step++, steps.length - 1)]!;
  }

  #follow(step: Step, to: { response: ServerResponse; wire: Wire; asked: Asked }): void {
    const answer = answerOf(step, to.asked, this.options.folder);
    if (answer !== undefined) this.#send(to.response, to.wire, to.asked, answer);
    else if (step.kind === 'refuse') refuse(to.response, to.wire, step);
    else begin(to.response, to.wire, step.kind === 'cut');
  }

  #send(response: ServerResponse, wire: Wire, asked: Asked, answer: Answer): void {
    const id = `${wire.name}-${++this.#answers}`;
    if (!asked.streaming) {
      json(response, 200, wire.whole(answer, id, TOKENS));
      return;
    }
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    for (const event of wire.stream(answer, id, TOKENS)) response.write(event);
    response.end();
  }
}

/** The answer that a step makes of a request; undefined where it makes none. */
function answerOf(step: Step, asked: Asked, folder: string): Answer | undefined {
  switch (step.kind) {
    case 'say':
      return { text: [step.text] };
    case 'edit':
      return { text: ['I write it.'], call: editCall(asked.tools, step, folder) };
    case 'call':
      return { text: ['I try.'], call: { name: step.name, arguments: step.arguments } };
    case 'flood':
      return { text: pieces(flood(step.bytes)) };
    default:
      return undefined;
  }
}

function refuse(response: ServerResponse, wire: Wire, step: Extract<Step, { kind: 'refuse' }>): void {
  if (step.retryAfterSeconds !== undefined) response.setHeader('retry-after', String(step.retryAfterSeconds));
  json(response, step.status, wire.error(step.status));
}

/** Begin an answer that never ends. */
function begin(response: ServerResponse, wire: Wire, cut: boolean): void {
  const [first = ''] = wire.stream({ text: ['I beg', 'in.'] }, 'begun', TOKENS);
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.write(first);
  if (cut) setTimeout(() => response.destroy(), 50);
}

/** Text that doesn't repeat itself: an agent may stop a model that seems to turn in circles. */
const flood = (bytes: number): string =>
  Array.from({ length: bytes / 10 }, (_, i) =>
    ((i * 2654435761) % 2 ** 32).toString(36).padStart(9, 'x'),
  ).join(' ');

const pieces = (text: string): string[] =>
  Array.from({ length: Math.ceil(text.length / PIECE) }, (_, i) => text.slice(i * PIECE, (i + 1) * PIECE));

function json(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8')) as unknown;
  } catch {
    return {};
  }
}
