// Sessions of real programs: what they print is read whatever it is, every limit is kept from outside, and nothing is left.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  Cancellation,
  type Dialect,
  OPEN,
  objectOf,
  type SessionEnd,
  type SessionEvent,
  type SessionRequest,
  type SessionSignal,
} from '@swarm/core';
import { programBackend } from '@swarm/host';
import { describe, expect, it } from 'vitest';
import { Lines } from '../src/session/lines.js';
import { alive, eventually, pidIn, startProgram, temporaryFolder } from './liveness.js';

const dir = temporaryFolder();
const PATH = process.env.PATH!;

/** Every line of JSON is a signal. */
const dialect = (argv: readonly string[], more: Partial<Dialect> = {}): Dialect => ({
  command: () => ({ argv, files: { 'conf/a.toml': 'a = 1\n' } }),
  reader: () => ({
    line: (line) => {
      const signal = objectOf(line);
      return signal === undefined ? [] : [signal as unknown as SessionSignal];
    },
  }),
  ...more,
});

interface Ran {
  readonly events: SessionEvent[];
  readonly end: SessionEnd;
}

async function session(
  script: string,
  request: Partial<SessionRequest> = {},
  cancel = new Cancellation(),
  onEvent: (event: SessionEvent) => void = () => {},
): Promise<Ran> {
  const whole: SessionRequest = {
    prompt: 'the prompt\n',
    workspace: dir,
    home: join(dir, 'home'),
    env: { PATH, HOME: join(dir, 'home') },
    limits: { wallMs: 20_000 },
    ...request,
  };
  const events: SessionEvent[] = [];
  for await (const event of programBackend(dialect(['bash', '-c', script])).run(whole, cancel)) {
    events.push(event);
    onEvent(event);
  }
  return { events, end: events.at(-1) as SessionEnd };
}

const say = (kind: string, rest = '') => `echo '{"kind":"${kind}"${rest}}'`;
const DONE = say('concluded');
const TEXT = say('text', ',"text":"hello"');

describe('a session of a program', () => {
  it('has the prompt on its input, an environment and files of its own, and its words in front', async () => {
    const script = `cat; env | sort; cat $HOME/conf/a.toml; ${TEXT}; ${DONE}`;
    const lines: string[] = [];
    const { end } = await session(script, {
      enclosure: {
        ...OPEN,
        enter: ({ argv, env }) => ({ argv: ['env', 'WRAPPED=1', ...argv], env }),
      },
      onLine: (line, stream) => lines.push(`${stream}: ${line}`),
    });
    expect(end).toMatchObject({ outcome: 'ok' });
    expect(lines).toContain('stdout: the prompt');
    expect(lines).toContain('stdout: WRAPPED=1');
    expect(lines).toContain('stdout: a = 1');
    const names = lines.flatMap((line) => /^stdout: ([A-Z_]+)=/.exec(line)?.[1] ?? []);
    expect(names.sort()).toEqual(['HOME', 'PATH', 'PWD', 'SHLVL', 'SWARM_RUN', 'WRAPPED', '_'].sort());
  });

  it('reads lines of any length, garbage, and a stream that is cut in the middle', async () => {
    const long = `node -e 'process.stdout.write(JSON.stringify({kind:"text",text:"é".repeat(3e6)})+"\\n")'`;
    const script = `printf 'no json\\n\\377\\376{\\n{"kind":\\n'; ${long}; ${DONE}; printf '{"kind":"te'`;
    const { events, end } = await session(script);
    expect(events).toHaveLength(2);
    expect(events[0]).toMatchObject({ kind: 'text', text: 'é'.repeat(3e6) });
    expect(end.outcome).toBe('ok');
  });

  it('waits with a program that says more than anybody takes', async () => {
    const flood = `node -e 'const line = JSON.stringify({kind:"text",text:"x".repeat(1000)})+"\\n"; for (let i = 0; i < 20000; i++) process.stdout.write(line)'`;
    const { events } = await session(`${flood}; ${DONE}`);
    expect(events).toHaveLength(20_001);
  });

  it('ends when it makes no progress, also when it tries again and again', async () => {
    const trouble = '"trouble":{"cause":"rate-limited","detail":"429"}';
    const loop = `while :; do ${say('retry', `,${trouble}`)}; sleep 0.05; done`;
    const [hangs, retries] = await Promise.all([
      session(`${TEXT}; sleep 1000`, { limits: { idleMs: 400 } }),
      session(loop, { limits: { idleMs: 400 } }),
    ]);
    expect(hangs.end.outcome).toBe('stalled');
    expect(retries.end).toMatchObject({ outcome: 'rate-limited', detail: '429' });
  });

  it('ends at its limits of time, tokens and money, and nothing that it started is left', async () => {
    const used = (tokens: number) =>
      say('usage', `,"usage":{"inputTokens":${tokens},"outputTokens":0,"cachedTokens":0}`);
    const escaped = join(dir, 'escaped');
    const script = `trap '' TERM; (setsid sleep 1000 & echo $! > ${escaped}); ${used(10)}; ${used(99)}; while :; do sleep 1; done`;
    const [tokens, usd, wall] = await Promise.all([
      session(script, { limits: { tokens: 99 } }),
      session(`${used(10)}; sleep 1000`, {
        limits: { usd: 0.01 },
        prices: { 'm*': { input: 1000, output: 1 } },
        model: 'm1',
      }),
      session('exec >/dev/null 2>&1; sleep 1000', { limits: { wallMs: 300 } }),
    ]);
    expect(tokens.end.outcome).toBe('budget');
    expect(tokens.events.at(-2)).toMatchObject({ kind: 'usage', usage: { inputTokens: 99 } });
    expect(usd.end).toMatchObject({ outcome: 'budget', detail: 'its limit of money was reached' });
    expect(wall.end).toMatchObject({ outcome: 'killed', detail: 'its time was up' });
    expect(alive(pidIn(escaped))).toBe(false);
  });

  it('ends when it takes more than its enclosure allows, and says what', async () => {
    const enclosure = {
      ...OPEN,
      processLimits: ['--nofile=77:77'],
      exceeded: ({ processes }: { processes: number }) =>
        processes > 5 ? 'ran more than 5 processes at once' : undefined,
    };
    const files: string[] = [];
    const { end } = await session(`ulimit -n; for i in 1 2 3 4 5 6; do sleep 1000 & done; wait`, {
      enclosure,
      onLine: (line) => files.push(line),
    });
    expect(end).toMatchObject({ outcome: 'crashed', detail: 'it ran more than 5 processes at once' });
    expect(files).toEqual(['77']);
  });

  it('ends when it is cancelled, or nobody listens any more', async () => {
    const cancel = new Cancellation();
    const { end } = await session(`${TEXT}; sleep 1000`, {}, cancel, ({ kind }) => {
      if (kind === 'text') cancel.cancel();
    });
    expect(end.outcome).toBe('killed');
    const pid = join(dir, 'pid');
    const request = { prompt: '', workspace: dir, home: dir, env: { PATH }, limits: {} };
    const argv = ['bash', '-c', `echo $$ > ${pid}; ${TEXT}; sleep 1000`];
    for await (const event of programBackend(dialect(argv)).run(request, new Cancellation()))
      if (event.kind === 'text') break;
    expect(alive(pidIn(pid))).toBe(false);
  });

  it('tells how its program ended, and what it last said', async () => {
    const ends = await Promise.all(
      [`${TEXT}; echo 'no such model' >&2; exit 3`, `${TEXT}; kill -SEGV $$`, 'exec /no/such/program'].map(
        async (script) => (await session(script)).end,
      ),
    );
    expect(ends.map(({ outcome }) => outcome)).toEqual(['crashed', 'crashed', 'crashed']);
    expect(ends[0]!.detail).toBe('its program exited with 3: no such model');
    expect(ends[1]!.detail).toContain('was ended by SIGSEGV');
    const missing = await session('', {
      enclosure: { ...OPEN, enter: ({ env }) => ({ argv: ['no-such-sandbox'], env }) },
    });
    expect(missing.end.detail).toContain('could not be started: no-such-sandbox: not found');
  });

  it('is inspected once its processes are dead', async () => {
    const pid = join(dir, 'inspected');
    const { end } = await session(`(sleep 1000 & echo $! > ${pid}); ${TEXT}; ${DONE}`, {
      inspect: async () => ({ changed: true, ...(alive(pidIn(pid)) ? { tampered: 'still alive' } : {}) }),
    });
    expect(end.outcome).toBe('ok');
  });

  it('does not outlive the process that runs it, however that ends', async () => {
    const file = join(dir, 'orphan');
    const { child } = await startProgram('session-owner.mjs', [file]);
    expect(await eventually(() => existsSync(file) && readFileSync(file, 'utf8').endsWith('\n'))).toBe(true);
    const pid = pidIn(file);
    expect(alive(pid)).toBe(true);
    child.kill('SIGKILL');
    expect(await eventually(() => !alive(pid))).toBe(true);
  });
});

describe('lines', () => {
  it('are the same however they are cut, and one that is too long is dropped as a whole', () => {
    const text = Buffer.from('aé\r\n\n{"b":1}\nmuch too long\nlast');
    for (let size = 1; size <= text.length; size++) {
      const lines = new Lines(8);
      const all: string[] = [];
      for (let at = 0; at < text.length; at += size) all.push(...lines.push(text.subarray(at, at + size)));
      expect([...all, ...lines.rest()]).toEqual(['aé', '', '{"b":1}', 'last']);
      expect(lines.dropped).toBe(1);
    }
  });
});
