// The way out of a sandbox: what is in the list is reached by tunnels, plain requests and ports of this machine, and nothing else is, whatever is
// asked; and when nobody answers outside any more, that is said at once.

import { once } from 'node:events';
import { mkdirSync, readdirSync } from 'node:fs';
import { createServer, type IncomingMessage, request, type Server } from 'node:http';
import { type AddressInfo, connect, createServer as createSocketServer } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { type HostRule, readHostRule } from '@swarm/core';
import { createRunner, type Gateway, openGateway, relayWords } from '@swarm/host';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { needs } from '../../../test/kit/needs.ts';
import { createProxy } from '../src/network/proxy.ts';
import { temporaryFolder } from './liveness.js';

const dir = temporaryFolder();
const rule = (words: string) => readHostRule(words) as HostRule;
const portOf = (server: { address(): unknown }) => (server.address() as AddressInfo).port;

/** Says what it was asked, all of it in one line. */
const model = createServer(async (asked, answer) => {
  const body = await text(asked);
  answer.setHeader('X-Answer', 'yes');
  answer.end(`${asked.method} ${asked.url} host=${asked.headers.host} ${body}\n`);
});
/** Says back what it was told, once all has been said. */
const echo = createSocketServer({ allowHalfOpen: true }, (socket) => {
  let said = '';
  socket.on('data', (chunk) => {
    said += chunk;
  });
  socket.on('end', () => socket.end(`heard ${said.length}\n`));
});
const refused: string[] = [];
const names: Record<string, string[]> = {};
let asked = 0;
let proxy: Server;

const listening = async <T extends { listen(port: number, host: string): unknown }>(server: T) => {
  server.listen(0, '127.0.0.1');
  await once(server as never, 'listening');
};

beforeAll(async () => {
  await Promise.all([listening(model), listening(echo)]);
  const rules = [
    ...[portOf(model), portOf(echo)].map((port) => rule(`localhost:${port}`)),
    ...['model.example.com', '*.inner.example.com'].map((name) => rule(`${name}:${portOf(model)}`)),
  ];
  proxy = createProxy({
    rules,
    signal: new AbortController().signal,
    onRefused: (target) => refused.push(target),
    resolve: async (name) => {
      asked++;
      return names[name] ?? [];
    },
  });
  await listening(proxy);
});
afterAll(() => {
  for (const server of [model, echo, proxy]) server.close();
  proxy.closeAllConnections();
});

/** Ask the proxy in its own words; everything that it answers. */
async function say(words: string, more = ''): Promise<string> {
  const socket = connect({ port: portOf(proxy), host: '127.0.0.1', allowHalfOpen: true });
  socket.write(`${words}\r\n\r\n`);
  socket.end(more);
  return text(socket);
}
const ask = async (url: string, options = {}, body = ''): Promise<[number, string, IncomingMessage]> => {
  const going = request({ host: '127.0.0.1', port: portOf(proxy), path: url, agent: false, ...options });
  going.end(body);
  const [answer] = (await once(going, 'response')) as [IncomingMessage];
  return [answer.statusCode!, await text(answer), answer];
};

describe('the proxy', () => {
  test('carries a tunnel to its end in both directions', async () => {
    const long = 'x'.repeat(300_000);
    const answer = await say(`CONNECT LOCALHOST.:${portOf(echo)} HTTP/1.1`, long);
    expect(answer).toBe('HTTP/1.1 200 Connection Established\r\n\r\nheard 300000\n');
  });

  test('passes a plain request on, without what was for the proxy alone', async () => {
    const headers = { Host: 'somebody.else', 'Proxy-Authorization': 'secret', Connection: 'close' };
    const at = `127.0.0.1:${portOf(model)}`;
    const [status, said, answer] = await ask(`http://${at}/v1?a=b`, { method: 'POST', headers }, 'hello');
    expect([status, said]).toEqual([200, `POST /v1?a=b host=${at} hello\n`]);
    expect(answer.headers['x-answer']).toBe('yes');
  });

  test.each([
    ['another port', 'CONNECT 127.0.0.1:1 HTTP/1.1'],
    ['another address of this machine', `CONNECT 127.0.0.2:PORT HTTP/1.1`],
    ['no address', `CONNECT 0.0.0.0:PORT HTTP/1.1`],
    ['another host', 'CONNECT example.org:443 HTTP/1.1\r\nHost: model.example.com'],
    ['a host above', `CONNECT inner.example.com:PORT HTTP/1.1`],
    ["a cloud's own service", 'GET http://169.254.169.254/latest/meta-data HTTP/1.1\r\nHost: localhost'],
  ])('refuses %s in one line that says why', async (_, words) => {
    const before = refused.length;
    const answer = await say(words.replace('PORT', `${portOf(model)}`));
    expect(answer).toMatch(/^HTTP\/1\.1 403 Forbidden by workspaces\.network\r\n/);
    expect(answer).toMatch(/\r\n\r\nswarm: \S+ is not in the list workspaces\.network\n$/);
    expect(refused.length).toBe(before + 1);
  });

  test.each([
    ['no port', 'CONNECT example.org HTTP/1.1'],
    ['a user', `CONNECT me@localhost:PORT HTTP/1.1`],
    ['an address in another spelling', `CONNECT 2130706433:PORT HTTP/1.1`],
    ['a path', 'GET /v1 HTTP/1.1\r\nHost: localhost'],
    ['a user in a URL', `GET http://me@localhost:PORT/ HTTP/1.1\r\nHost: x`],
    ['an encrypted URL', 'GET https://model.example.com/ HTTP/1.1\r\nHost: x'],
  ])('takes %s for a mistake', async (_, words) => {
    expect(await say(words.replace('PORT', `${portOf(model)}`))).toMatch(/^HTTP\/1\.1 400 /);
  });

  test('refuses headers that are too large', async () => {
    expect(await say(`CONNECT localhost:1 HTTP/1.1\r\nX: ${'x'.repeat(20_000)}`)).toMatch(/^HTTP\/1\.1 431 /);
  });

  test('resolves a name once, and goes where that may lead', async () => {
    names['model.example.com'] = ['10.0.0.1', '127.0.0.1'];
    asked = 0;
    const [status, said] = await ask(`http://MODEL.example.com:${portOf(model)}/`);
    expect([status, said]).toEqual([200, `GET / host=MODEL.example.com:${portOf(model)} \n`]);
    expect(asked).toBe(1);
    names['a.inner.example.com'] = ['169.254.169.254'];
    const [wrong, why] = await ask(`http://a.inner.example.com:${portOf(model)}/`);
    expect([wrong, why]).toEqual([
      403,
      `swarm: a.inner.example.com:${portOf(model)} leads to 169.254.169.254, which is not public: name it in workspaces.network, too\n`,
    ]);
    const [gone] = await ask(`http://b.inner.example.com:${portOf(model)}/`);
    expect(gone).toBe(502);
  });
});

describe.runIf(needs('bwrap'))('a sandbox with a gateway', () => {
  let gateway: Gateway;
  const folder = join(dir, 'a-very-long-name-of-a-folder'.repeat(6));
  const told: string[] = [];
  const runner = createRunner({ jobs: 1 });
  afterAll(() => runner.close());

  beforeAll(async () => {
    mkdirSync(folder);
    const rules = [rule(`localhost:${portOf(model)}`)];
    gateway = await openGateway({
      rules,
      folder,
      onRefused: (target, why) => told.push(`${target}: ${why}`),
    });
  });

  const inside = async (script: string) => {
    const argv = relayWords(gateway, gateway.relay, '/run/swarm', ['bash', '-c', script]);
    const words = ['bwrap', '--unshare-all', '--ro-bind', '/', '/', '--proc', '/proc', '--tmpfs', '/run'];
    words.push('--ro-bind', gateway.folder, '/run/swarm', '--', ...argv);
    const env = { PATH: process.env.PATH!, ...gateway.env };
    return runner.run({ argv: words, cwd: '/', env, timeLimitMs: 20_000 });
  };
  const get = (port: number, line: string) =>
    `exec 3<>/dev/tcp/127.0.0.1/${port}; printf '${line}\\r\\nHost: h\\r\\nConnection: close\\r\\n\\r\\n' >&3; cat <&3`;

  test('reaches the list by the proxy and by the port, and nothing else', async () => {
    const port = portOf(model);
    const { stdout, exit } = await inside(
      [
        `(${get(port, 'GET /direct HTTP/1.1')})`,
        `(${get(3128, `GET http://localhost:${port}/proxied HTTP/1.1`)})`,
        `(${get(3128, `CONNECT localhost:${portOf(echo)} HTTP/1.1`)}); (${get(3128, `CONNECT localhost:${portOf(echo)} HTTP/1.1`)})`,
        `(exec 3<>/dev/tcp/127.0.0.1/${portOf(echo)}) 2>/dev/null || echo no way`,
        '(: >/run/swarm/proxy.new) 2>/dev/null || echo read-only; wait; exit 7',
      ].join('\n'),
    );
    expect(stdout).toContain(`GET /direct host=h \n`);
    expect(stdout).toContain(`GET /proxied host=localhost:${port} \n`);
    expect(stdout.match(/ 403 Forbidden by workspaces\.network/g)).toHaveLength(2);
    expect(stdout).toMatch(/no way\nread-only\n$/);
    expect(exit).toEqual({ kind: 'exited', code: 7 });
    expect(told).toEqual([
      `localhost:${portOf(echo)}: localhost:${portOf(echo)} is not in the list workspaces.network`,
    ]);
  });

  test('says at once that nobody answers outside any more, and leaves no socket', async () => {
    await gateway.close();
    expect(readdirSync(folder)).toEqual([]);
    const { stdout } = await inside(get(3128, `CONNECT localhost:${portOf(model)} HTTP/1.1`));
    expect(stdout).toMatch(
      /^HTTP\/1\.1 502 .*\r\n\r\nswarm: the network of this sandbox has ended with whoever gave it\n$/s,
    );
  });
});
