// The way out of a sandbox without a network, to a list of hosts and nowhere else. Outside a proxy listens on a socket in a folder that the
// sandbox is shown; inside a small program of ours (relay/) listens on the sandbox's own loopback and carries what comes to that socket, and
// programs are told of it by the variables that they know for proxies. A port of this machine that is in the list is there inside
// as well, under its own number: for programs that ask no proxy.

import { setMaxListeners } from 'node:events';
import { type FileHandle, open } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { EXIT, type HostRule, SwarmError } from '@swarm/core';
import { nativeProgram } from '../native-program.js';
import { join, openOutlet } from './outlet.js';

export interface GatewayOptions {
  readonly rules: readonly HostRule[];
  /** An empty folder, for its sockets. */
  readonly folder: string;
  /** Told of each host that is refused, once. */
  readonly onRefused?: (target: string, why: string) => void;
}

export interface Gateway {
  /** The program that carries; it is started as `relayWords` says. */
  readonly relay: string;
  readonly folder: string;
  /** A port inside, and the name of the socket in the folder that it leads to. */
  readonly doors: readonly Door[];
  /** What tells programs of the proxy. */
  readonly env: Readonly<Record<string, string>>;
  /** Every connection is cut, and no socket is left. */
  close(): Promise<void>;
}

interface Door {
  readonly port: number;
  readonly socket: string;
}

/** The words that start a program inside, where the relay and the folder are at these paths. */
export const relayWords = (
  { doors }: Pick<Gateway, 'doors'>,
  relay: string,
  folder: string,
  argv: readonly string[],
): string[] => [relay, ...doors.map(({ port, socket }) => `${port}=${folder}/${socket}`), '--', ...argv];

/** Throws `no-relay` (exit 3) where its program can't be had. */
export async function openGateway({ rules, folder, onRefused }: GatewayOptions): Promise<Gateway> {
  const program = await nativeProgram('relay');
  if ('problem' in program) throw noRelay(program.problem);
  const { createProxy } = await import('./proxy.js'); // Few need Node's http, and loading it takes 5 ms.
  const ending = new AbortController();
  setMaxListeners(0, ending.signal);
  const told = new Set<string>();
  const outlets = { rules, signal: ending.signal };
  const proxy = createProxy({
    ...outlets,
    onRefused: (target, why) => {
      if (!told.has(target)) onRefused?.(target, why);
      told.add(target);
    },
  });
  const here = [...new Set(rules.flatMap((rule) => (rule.kind === 'here' ? [rule.port] : [])))];
  const servers: [Door, Server][] = [
    [{ port: freePort(here), socket: 'proxy' }, proxy],
    ...here.map((port): [Door, Server] => [{ port, socket: `${port}` }, portServer(outlets, port)]),
  ];
  // By way of its descriptor the folder's path may be longer than a socket's.
  const handle = await open(folder);
  try {
    for (const [{ socket }, server] of servers) await listen(server, `/proc/self/fd/${handle.fd}/${socket}`);
  } catch (error) {
    await closeAll(servers, handle);
    throw error;
  }
  const callers = new Set<Socket>();
  for (const [, server] of servers)
    server.on('connection', (caller: Socket) => {
      callers.add(caller);
      caller.on('close', () => callers.delete(caller));
    });
  return {
    ...{ relay: program.path, folder },
    doors: servers.map(([door]) => door),
    env: environmentFor(servers[0]![0].port),
    close: async () => {
      ending.abort();
      for (const caller of callers) caller.destroy();
      await closeAll(servers, handle);
    },
  };
}

const noRelay = (problem: string): SwarmError =>
  new SwarmError(`workspaces.network: what leads out of a sandbox can't be had: ${problem}`, {
    code: 'no-relay',
    exit: EXIT.environment,
    hint: 'install a C compiler: it makes a small program, once',
  });

const USUAL_PROXY_PORT = 3128;

function freePort(taken: readonly number[]): number {
  let port = USUAL_PROXY_PORT;
  while (taken.includes(port)) port++;
  return port;
}

/** What comes to a port of this machine's loopback inside goes on to the same one outside. */
function portServer(
  outlets: Pick<GatewayOptions, 'rules'> & { readonly signal: AbortSignal },
  port: number,
): Server {
  return createServer({ allowHalfOpen: true }, async (caller) => {
    caller.on('error', () => caller.destroy());
    const outlet = await openOutlet(outlets, { host: 'localhost', port });
    if (outlet.kind === 'open' && !caller.destroyed) join(caller, outlet.socket);
    else caller.destroy();
  });
}

const listen = (server: Server, path: string): Promise<void> =>
  new Promise((done, failed) => {
    server.once('error', failed);
    server.listen(path, () => {
      server.off('error', failed);
      done();
    });
  });

async function closeAll(servers: readonly [Door, Server][], handle: FileHandle): Promise<void> {
  await Promise.all(servers.map(([, server]) => new Promise((closed) => server.close(closed))));
  await handle.close();
}

/** As most programs know them, in both spellings; and what makes Node (from 22.21 and 24) take them for its own `fetch`. */
function environmentFor(port: number): Record<string, string> {
  const proxy = `http://127.0.0.1:${port}`;
  const variables = {
    HTTP_PROXY: proxy,
    HTTPS_PROXY: proxy,
    ALL_PROXY: proxy,
    NO_PROXY: 'localhost,127.0.0.1,::1',
  };
  const small = Object.entries(variables).map(([name, value]) => [name.toLowerCase(), value]);
  return { ...variables, ...Object.fromEntries(small), NODE_USE_ENV_PROXY: '1' };
}
