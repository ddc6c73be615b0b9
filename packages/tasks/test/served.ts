// The hubs of a workplace over a network's protocols, on loopback only: git's own daemon, its CGI behind a small HTTP server, and
// an ssh that runs the other side here.

import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
import { type AddressInfo, connect, createServer as createSocket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Workplace } from './workplace.ts';

export interface Served {
  readonly url: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  end(): void;
}

export async function overDaemon(place: Workplace): Promise<Served> {
  const port = await freePort();
  const words = [
    '--export-all',
    '--enable=receive-pack',
    '--reuseaddr',
    '--listen=127.0.0.1',
    `--port=${port}`,
  ];
  const program = `${place.git('.', '--exec-path').trim()}/git-daemon`;
  const daemon = spawn(program, [`--base-path=${place.dir}`, ...words], { stdio: 'ignore' });
  for (let tries = 0; tries < 200 && !(await answers(port)); tries++) await sleep(25);
  return { url: `git://127.0.0.1:${port}/hub.git`, env: process.env, end: () => void daemon.kill() };
}

export async function overHttp(place: Workplace): Promise<Served> {
  place.git('hub.git', 'config', 'http.receivepack', 'true');
  const program = `${place.git('.', '--exec-path').trim()}/git-http-backend`;
  const server = createServer((request, response) => {
    const [path = '', query = ''] = (request.url ?? '').split('?');
    const env = {
      PATH: process.env.PATH,
      GIT_PROJECT_ROOT: place.dir,
      GIT_HTTP_EXPORT_ALL: '1',
      PATH_INFO: path,
      QUERY_STRING: query,
      REQUEST_METHOD: request.method,
      CONTENT_TYPE: request.headers['content-type'],
      HTTP_CONTENT_ENCODING: request.headers['content-encoding'],
      GIT_PROTOCOL: request.headers['git-protocol'] as string | undefined,
    };
    const backend = spawn(program, { env, stdio: ['pipe', 'pipe', 'ignore'] });
    request.pipe(backend.stdin);
    const parts: Buffer[] = [];
    backend.stdout.on('data', (part: Buffer) => parts.push(part));
    backend.on('close', () => {
      const all = Buffer.concat(parts);
      const end = all.indexOf('\r\n\r\n');
      const headers = all
        .toString('latin1', 0, end)
        .split('\r\n')
        .map((line) => line.split(': ', 2) as [string, string]);
      const status = headers.find(([name]) => name === 'Status')?.[1] ?? '200';
      response.writeHead(Number.parseInt(status, 10), Object.fromEntries(headers));
      response.end(all.subarray(end + 4));
    });
  }).listen(0, '127.0.0.1');
  await new Promise((done) => server.once('listening', done));
  const { port } = server.address() as AddressInfo;
  const end = () => {
    server.closeAllConnections();
    server.close();
  };
  return { url: `http://127.0.0.1:${port}/hub.git`, env: process.env, end };
}

export async function overSsh(place: Workplace): Promise<Served> {
  place.write('ssh', '#!/bin/sh\nfor last; do :; done\nexec sh -c "$last"\n');
  const env = { ...process.env, GIT_SSH: `${place.dir}/ssh`, GIT_SSH_VARIANT: 'simple' };
  return { url: `ssh://localhost${place.hubDir}`, env, end: () => {} };
}

async function freePort(): Promise<number> {
  const socket = createSocket().listen(0, '127.0.0.1');
  await new Promise((done) => socket.once('listening', done));
  const { port } = socket.address() as AddressInfo;
  await new Promise((done) => socket.close(done));
  return port;
}

const answers = (port: number): Promise<boolean> =>
  new Promise((done) => {
    const socket = connect(port, '127.0.0.1', () => done(socket.end() !== undefined));
    socket.on('error', () => done(false));
  });
