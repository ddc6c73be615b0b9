// C-Vise as the engine. It runs a script for each candidate, in a folder with the candidate in it; the script asks this
// process over the loopback interface, so that a candidate costs no start of Node and the test is one and the same for
// both engines. Only who knows the token in the script (mode 700) is answered.

import { randomBytes } from 'node:crypto';
import { accessSync, chmodSync, constants, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { ProcessRunner } from '@swarm/host';

/** Is this text still what we look for? The signal ends the asking. */
type SignalledTest = (text: string, signal: AbortSignal) => Promise<boolean>;

export interface CviseRun {
  readonly runner: ProcessRunner;
  readonly env: Readonly<Record<string, string>>;
  readonly fileName: string;
  readonly jobs: number;
  readonly timeLimitMs: number;
  readonly signal?: AbortSignal | undefined;
}

/** Where C-Vise is, if it is installed. */
export function findCvise(path = process.env.PATH ?? ''): string | undefined {
  return path
    .split(delimiter)
    .map((folder) => join(folder, 'cvise'))
    .find((file) => {
      try {
        accessSync(file, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}

export interface CviseEnd {
  readonly text: string;
  /** It came to its own end. */
  readonly complete: boolean;
  /** What it said where it failed. */
  readonly problem?: string;
}

/** Reduce an interesting text; what comes back is the last text that it found interesting. */
export async function runCvise(
  program: string,
  text: string,
  test: SignalledTest,
  run: CviseRun,
): Promise<CviseEnd> {
  const token = randomBytes(16).toString('hex');
  // Short: C-Vise's workers talk through sockets in it, whose paths may not be long.
  const folder = mkdtempSync(join(tmpdir(), 'swarm-cvise-'));
  const server = await listen(token, test);
  const file = join(folder, run.fileName);
  const script = join(folder, 'interesting.sh');
  writeFileSync(file, text, 'latin1');
  writeFileSync(script, scriptText(server, token, run.fileName), { mode: 0o700 });
  chmodSync(script, 0o700);
  try {
    const result = await run.runner.run({
      argv: [
        program,
        '--n',
        String(run.jobs),
        '--tidy',
        '--timeout',
        '120',
        '--no-cache',
        script,
        run.fileName,
      ],
      cwd: folder,
      env: { ...run.env, TMPDIR: folder },
      timeLimitMs: run.timeLimitMs,
      sweep: true,
      ...(run.signal === undefined ? {} : { signal: run.signal }),
    });
    const { exit } = result;
    const complete = exit.kind === 'exited' && exit.code === 0;
    const failed = !complete && exit.kind === 'exited';
    const problem = failed
      ? { problem: (result.stderr || result.stdout).trim().split('\n').at(-1) ?? '' }
      : {};
    return { text: readFileSync(file, 'latin1'), complete, ...problem };
  } finally {
    server.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

const scriptText = (server: Server, token: string, fileName: string): string => {
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return `#!/bin/bash
exec 3<>/dev/tcp/127.0.0.1/${port} || exit 1
printf '%s %s\\n' ${token} "$PWD/${fileName}" >&3
read -r answer <&3
exit "\${answer:-1}"
`;
};

function listen(token: string, test: SignalledTest): Promise<Server> {
  const server = createServer((socket) => void answer(socket, token, test)).unref();
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => resolve(server));
  });
}

/** One question: a line with the token and the candidate's path. */
async function answer(socket: Socket, token: string, test: SignalledTest): Promise<void> {
  const left = new AbortController();
  socket.on('close', () => left.abort()).on('error', () => left.abort());
  const line = await new Promise<string>((resolve) => {
    let text = '';
    socket.on('data', (bytes) => {
      text += bytes.toString('utf8');
      if (text.includes('\n') || text.length > 8192) resolve(text.split('\n')[0]!);
    });
    socket.on('close', () => resolve(''));
  });
  const [given, path] = [line.slice(0, token.length), line.slice(token.length + 1)];
  const interesting = given === token && (await ask(path, test, left.signal));
  if (!socket.destroyed) socket.end(interesting ? '0\n' : '1\n');
}

async function ask(path: string, test: SignalledTest, signal: AbortSignal): Promise<boolean> {
  try {
    return await test(readFileSync(path, 'latin1'), signal);
  } catch {
    // The candidate is gone, or the session is over: nothing that anyone still waits for.
    return false;
  }
}
