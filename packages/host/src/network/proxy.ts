// An HTTP proxy that reaches a list of hosts: tunnels (CONNECT) and plain requests (RFC 9110, 9112). What it refuses it answers with 403 and
// one line that says which setting names hosts.

import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { readTarget, type Target, targetText } from '@swarm/core';
import { join, type Outlet, type OutletOptions, openOutlet } from './outlet.js';

export interface ProxyOptions extends OutletOptions {
  /** Told of everything that is refused. */
  readonly onRefused: (target: string, why: string) => void;
}

const MOST_CONNECTIONS = 256;
const HEADER_BYTES = 16 * 1024;
const HEADER_MS = 30_000;
const PLAIN_PORT = 80;

/** Not listening yet. */
export function createProxy(options: ProxyOptions): Server {
  const server = createServer({ maxHeaderSize: HEADER_BYTES, headersTimeout: HEADER_MS }, (asked, answer) => {
    pass(options, asked, answer).catch(() => void answer.destroy());
  });
  server.maxConnections = MOST_CONNECTIONS;
  server.on('connect', (asked, caller, head) => {
    caller.on('error', () => caller.destroy());
    tunnel(options, asked, caller, head).catch(() => void caller.destroy());
  });
  return server;
}

async function tunnel(
  options: ProxyOptions,
  { url = '' }: IncomingMessage,
  caller: Duplex,
  head: Buffer,
): Promise<void> {
  const target = readTarget(url);
  if (target === undefined) return say(caller, 400, 'CONNECT needs HOST:PORT');
  const outlet = await outletFor(options, target);
  if (outlet.kind !== 'open') return say(caller, statusOf(outlet), outlet.why);
  if (caller.destroyed) return void outlet.socket.destroy();
  caller.write('HTTP/1.1 200 Connection Established\r\n\r\n');
  outlet.socket.write(head);
  join(caller, outlet.socket);
}

/** Where nothing of HTTP's own is left to answer with. */
function say(caller: Duplex, status: number, why: string): void {
  const text = lineOf(why);
  const head = Object.entries(headOf(text)).map(([name, value]) => `${name}: ${value}\r\n`);
  caller.end(`HTTP/1.1 ${status} ${REASONS[status]}\r\n${head.join('')}\r\n${text}`);
}

const REASONS: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  403: 'Forbidden by workspaces.network',
  502: 'Bad Gateway',
};

const lineOf = (why: string): string => `swarm: ${why}\n`;

const headOf = (text: string): Record<string, string> => ({
  'Content-Type': 'text/plain',
  'Content-Length': String(Buffer.byteLength(text)),
  Connection: 'close',
});

async function outletFor(options: ProxyOptions, target: Target): Promise<Outlet> {
  const outlet = await openOutlet(options, target);
  if (outlet.kind === 'refused') options.onRefused(targetText(target), outlet.why);
  return outlet;
}

const statusOf = ({ kind }: Outlet): number => (kind === 'refused' ? 403 : 502);

/** A plain request: http://HOST/PATH in place of a path. */
async function pass(options: ProxyOptions, asked: IncomingMessage, answer: ServerResponse): Promise<void> {
  const [, authority, path] = /^http:\/\/([^/?#@\\]+)([/?].*)?$/i.exec(asked.url ?? '') ?? [];
  const target = authority === undefined ? undefined : readTarget(authority, PLAIN_PORT);
  if (target === undefined || authority === undefined)
    return tell(answer, 400, 'this is a proxy: it takes CONNECT HOST:PORT and http://HOST/PATH');
  const outlet = await outletFor(options, target);
  if (outlet.kind !== 'open') return tell(answer, statusOf(outlet), outlet.why);
  const { socket } = outlet;
  const onward = request({
    createConnection: () => socket,
    method: asked.method,
    path: path === undefined ? '/' : path.startsWith('?') ? `/${path}` : path,
    headers: [
      'Host',
      authority,
      ...headersOf(asked, ['host', 'expect']),
      ...bodyOf(asked),
      'Connection',
      'close',
    ],
  });
  answer.on('close', () => socket.destroy());
  onward.on('error', ({ message }) => {
    if (answer.headersSent) answer.destroy();
    else tell(answer, 502, `${targetText(target)}: ${message}`);
  });
  onward.on('response', (answered) => {
    answered.on('error', () => answer.destroy());
    answer.writeHead(answered.statusCode ?? 502, answered.statusMessage, headersOf(answered));
    answered.pipe(answer);
  });
  asked.pipe(onward);
}

function tell(answer: ServerResponse, status: number, why: string): void {
  const text = lineOf(why);
  answer.writeHead(status, REASONS[status], headOf(text)).end(text);
}

/** What is about one connection alone. */
const HOP = /^(?:connection|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade)$/i;

function headersOf({ rawHeaders, headers }: IncomingMessage, without: readonly string[] = []): string[] {
  const named = (headers.connection ?? '').split(',').map((name) => name.trim().toLowerCase());
  const left = new Set([...named, ...without]);
  return rawHeaders.flatMap((name, i) => {
    if (i % 2 === 1 || HOP.test(name) || left.has(name.toLowerCase())) return [];
    return [name, rawHeaders[i + 1]!];
  });
}

/** How a body's end is told, where its length isn't. */
const bodyOf = ({ headers }: IncomingMessage): string[] =>
  headers['transfer-encoding'] === undefined ? [] : ['Transfer-Encoding', 'chunked'];
