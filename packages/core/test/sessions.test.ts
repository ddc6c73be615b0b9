// Sessions are judged by all that is known of them: who wins when signals disagree, and when a limit is reached.

import {
  beginSession,
  judgeSession,
  limitReached,
  nextLimitAtMs,
  noteSignal,
  pricedUsage,
  priceOf,
  type SessionSignal,
  type SessionState,
  sessionEnvironment,
  tokensOf,
  troubleOf,
} from '@swarm/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const TEXT: SessionSignal = { kind: 'text', text: 'hello' };
const TOOL: SessionSignal = { kind: 'tool', name: 'edit' };
const DONE: SessionSignal = { kind: 'concluded' };
const CHANGED: SessionSignal = { kind: 'inspected', finding: { changed: true } };
const UNCHANGED: SessionSignal = { kind: 'inspected', finding: { changed: false } };
const LIMITED = { cause: 'rate-limited', detail: '429 Too Many Requests' } as const;
const FAILED = { cause: 'failed', detail: 'the stream was cut' } as const;
const exit = (status: number | string): SessionSignal => ({ kind: 'exited', status });

const fold = (signals: readonly SessionSignal[]): SessionState =>
  signals.reduce((state, signal, index) => noteSignal(state, signal, index + 1), beginSession(0));
const outcome = (...signals: SessionSignal[]) => judgeSession(fold(signals), signals.length).outcome;

describe('a session', () => {
  it.each<[string, string, SessionSignal[]]>([
    ['finished with changes', 'ok', [TEXT, DONE, exit(0), CHANGED]],
    ['finished without', 'no-change', [TEXT, DONE, exit(0), UNCHANGED]],
    ['finished, and died while cleaning up', 'ok', [TEXT, DONE, exit(1), CHANGED]],
    ['was refused and exited 0', 'rate-limited', [{ kind: 'trouble', trouble: LIMITED }, exit(0)]],
    [
      'was refused and says that it is done',
      'rate-limited',
      [TEXT, { kind: 'retry', trouble: LIMITED }, DONE, exit(0)],
    ],
    ['was refused, then fine', 'ok', [{ kind: 'retry', trouble: LIMITED }, TEXT, DONE, exit(0), CHANGED]],
    [
      'tries again for ever',
      'rate-limited',
      [TEXT, { kind: 'retry', trouble: LIMITED }, { kind: 'turn' }, { kind: 'stopped', by: 'idle' }],
    ],
    [
      'tries again until its time is up',
      'rate-limited',
      [
        { kind: 'retry', trouble: LIMITED },
        { kind: 'stopped', by: 'wall' },
      ],
    ],
    ['hangs', 'stalled', [TOOL, { kind: 'stopped', by: 'idle' }, exit('was ended by SIGTERM')]],
    [
      'hangs after a failure',
      'stalled',
      [
        { kind: 'retry', trouble: FAILED },
        { kind: 'stopped', by: 'idle' },
      ],
    ],
    ['gave up', 'crashed', [TEXT, { kind: 'trouble', trouble: FAILED }, DONE, exit(0)]],
    ['died', 'crashed', [TEXT, exit('was ended by SIGSEGV')]],
    ['ended in the middle', 'crashed', [TEXT, exit(0), CHANGED]],
    ['never did anything', 'empty', [{ kind: 'started' }, exit(0)]],
    ['never did anything and said that it is done', 'empty', [DONE, exit(0), UNCHANGED]],
    ['never ran', 'crashed', [exit('could not be started: nothing: not found')]],
    [
      'was cancelled while it was refused',
      'killed',
      [
        { kind: 'retry', trouble: LIMITED },
        { kind: 'stopped', by: 'cancelled' },
      ],
    ],
    ['had used up its tokens', 'budget', [TEXT, { kind: 'stopped', by: 'tokens' }, DONE, exit(0), CHANGED]],
    ['took too many turns', 'turns', [TEXT, { kind: 'stopped', by: 'turns' }]],
    [
      'touched what it may not',
      'tampered',
      [TEXT, DONE, exit(0), { kind: 'inspected', finding: { changed: true, tampered: 'test/' } }],
    ],
  ])('that %s is %s', (_, expected, signals) => {
    expect(outcome(...signals)).toBe(expected);
  });

  it('says when it may be tried again, by what is left of the wait', () => {
    const state = fold([{ kind: 'trouble', trouble: { ...LIMITED, afterMs: 5000 } }, exit(0)]);
    expect(judgeSession(state, 2001)).toMatchObject({ outcome: 'rate-limited', retryAfterMs: 3000 });
    expect(judgeSession(state, 9000)).not.toHaveProperty('retryAfterMs');
  });
});

const cause = fc.constantFrom('rate-limited', 'auth', 'budget', 'turns', 'failed' as const);
const trouble = cause.map((cause) => ({ cause, detail: 'said' }) as const);
const amount = fc.nat(1000);
const usage = fc.record({ inputTokens: amount, outputTokens: amount, cachedTokens: amount });
const said: fc.Arbitrary<SessionSignal> = fc.oneof(
  fc.constantFrom<SessionSignal>(
    TEXT,
    TOOL,
    DONE,
    { kind: 'turn' },
    { kind: 'progress' },
    { kind: 'started' },
  ),
  trouble.map((trouble): SessionSignal => ({ kind: 'retry', trouble })),
  trouble.map((trouble): SessionSignal => ({ kind: 'trouble', trouble })),
  usage.map((usage): SessionSignal => ({ kind: 'usage', usage })),
);
const status = fc.constantFrom<number | string>(0, 1, 'was ended by SIGKILL');
const closing = fc.record({
  status,
  changed: fc.boolean(),
  stop: fc.option(fc.constantFrom('wall', 'idle', 'tokens', 'cancelled' as const), { nil: undefined }),
});
const isAnswer = ({ kind }: SessionSignal) => kind === 'text' || kind === 'tool' || kind === 'progress';

describe('whatever is said', () => {
  it('is never ok while trouble stands, where we ended it, or without the word that it is done', () => {
    fc.assert(
      fc.property(fc.array(said), closing, (signals, { status, changed, stop }) => {
        const stopped: SessionSignal[] = stop === undefined ? [] : [{ kind: 'stopped', by: stop }];
        const all = [
          ...signals,
          ...stopped,
          exit(status),
          { kind: 'inspected', finding: { changed } } as const,
        ];
        const { outcome, detail } = judgeSession(fold(all), all.length);
        expect(detail).not.toBe('');
        const lastTrouble = signals.findLastIndex(({ kind }) => kind === 'retry' || kind === 'trouble');
        const stands = lastTrouble !== -1 && !signals.slice(lastTrouble).some(isAnswer);
        const done = signals.some(({ kind }) => kind === 'concluded');
        const finished = outcome === 'ok' || outcome === 'no-change';
        expect(finished).toBe(!stands && stop === undefined && done && (signals.some(isAnswer) || changed));
        if (outcome === 'ok') expect(changed).toBe(true);
        if (stop === 'cancelled') expect(outcome).toBe('killed');
      }),
    );
  });

  it('counts trouble that has passed as none', () => {
    fc.assert(
      fc.property(fc.array(said), trouble, closing, (signals, trouble, { status }) => {
        const rest = [...signals, TEXT, DONE, exit(status)];
        const passed: SessionSignal[] = [{ kind: 'retry', trouble }, TEXT];
        expect(outcome(...passed, ...rest)).toBe(outcome(TEXT, ...rest));
      }),
    );
  });

  it('never lets totals go back, and is the same in whichever order the ends are known', () => {
    fc.assert(
      fc.property(fc.array(said), closing, (signals, { status, changed }) => {
        let state = beginSession(0);
        signals.forEach((signal, index) => {
          const next = noteSignal(state, signal, index);
          expect(tokensOf(next.usage)).toBeGreaterThanOrEqual(tokensOf(state.usage));
          expect(next.progressAtMs).toBeLessThanOrEqual(next.seenAtMs);
          state = next;
        });
        const ends: SessionSignal[] = [exit(status), { kind: 'inspected', finding: { changed } }];
        expect(outcome(...signals, ...ends)).toBe(outcome(...signals, ...ends.reverse()));
      }),
    );
  });

  it('reaches a limit of time exactly when it was foretold', () => {
    fc.assert(
      fc.property(fc.array(said), fc.nat(50), fc.nat(50), (signals, wallMs, idleMs) => {
        const state = fold(signals);
        const limits = { wallMs: wallMs + 1, idleMs: idleMs + 1 };
        const atMs = nextLimitAtMs(state, limits);
        expect(limitReached(state, limits, atMs)).toBeDefined();
        expect(limitReached(state, limits, atMs - 1)).toBeUndefined();
      }),
    );
  });
});

describe('limits and money', () => {
  it('count tokens of all kinds, dollars said or priced, and turns', () => {
    const used = { inputTokens: 1_000_000, outputTokens: 500_000, cachedTokens: 2_000_000 };
    const priced = pricedUsage(used, { input: 3, output: 15, cached: 0.3 });
    expect(priced.usd).toBeCloseTo(3 + 7.5 + 0.6);
    const prices = {
      'big-1': { input: 3, output: 15 },
      'big-*': { input: 2, output: 9 },
      '*': { input: 1, output: 1 },
    };
    const inputs = ['big-1', 'big-1-2026', 'small', undefined].map((model) => priceOf(prices, model)?.input);
    expect(inputs).toEqual([3, 2, 1, 1]);
    expect(priceOf({ 'big-*': { input: 2, output: 9 } }, 'small')).toBeUndefined();
    expect(pricedUsage({ ...used, usd: 1 }, { input: 3, output: 15 }).usd).toBe(1);
    const state = fold([{ kind: 'usage', usage: priced }, { kind: 'turn' }, { kind: 'turn' }]);
    expect(limitReached(state, { tokens: 3_500_000 }, 5)).toBe('tokens');
    expect(limitReached(state, { tokens: 3_500_001, usd: 11 }, 5)).toBe('usd');
    expect(limitReached(state, { usd: 11.2, turns: 1 }, 5)).toBe('turns');
    expect(limitReached(state, { turns: 2 }, 5)).toBeUndefined();
  });
});

describe('an error message', () => {
  it.each([
    ['429 {"type":"error","error":{"type":"rate_limit_error"}}', 'rate-limited', undefined],
    ['[429 Too Many Requests] RESOURCE_EXHAUSTED, retryDelay: "34s"', 'rate-limited', 34_000],
    ['Rate limit reached, please try again in 1.5s.', 'rate-limited', 1500],
    ['Overloaded (529), retry after 20 ms', 'rate-limited', 20],
    ['429 insufficient_quota: check your plan and billing details', 'budget', undefined],
    ['Your credit balance is too low', 'budget', undefined],
    ['401 invalid x-api-key', 'auth', undefined],
    ['API key not valid. Please pass a valid API key.', 'auth', undefined],
    ['Reached max turns (5)', 'turns', undefined],
    ['stream closed before response.completed', 'failed', undefined],
    ['', 'failed', undefined],
  ])('%j is %s', (message, cause, afterMs) => {
    expect(troubleOf(message)).toMatchObject({ cause, ...(afterMs === undefined ? {} : { afterMs }) });
  });

  it('goes by its status where there is one, and by words where 429 may mean more', () => {
    expect(troubleOf('no', 401).cause).toBe('auth');
    expect(troubleOf('no', 429).cause).toBe('rate-limited');
    expect(troubleOf('insufficient_quota', 429).cause).toBe('budget');
    expect(troubleOf('no', 500).cause).toBe('failed');
  });
});

describe('the environment of a session', () => {
  it('is what is allowed by name and its own home, and nothing else', () => {
    const host = {
      PATH: '/bin',
      HOME: '/home/me',
      SECRET: 's',
      API_KEY: 'k',
      SSH_AUTH_SOCK: '/x',
      LANG: 'C',
    };
    const env = sessionEnvironment(host, { pass: ['API_KEY', 'ABSENT'] }, '/h', { EXTRA: '1' });
    expect(env).toEqual({
      PATH: '/bin',
      LANG: 'C',
      API_KEY: 'k',
      EXTRA: '1',
      HOME: '/h',
      XDG_CONFIG_HOME: '/h/.config',
      XDG_CACHE_HOME: '/h/.cache',
      XDG_DATA_HOME: '/h/.local/share',
      XDG_STATE_HOME: '/h/.local/state',
      TMPDIR: '/h/tmp',
    });
  });
});
