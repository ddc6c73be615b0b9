import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type Declared,
  type Difference,
  decide,
  type GateFacts,
  isAgainst,
  type Settled,
  suspectsOf,
  type TestOutcome,
  type TestResult,
} from '../src/index.ts';

const NOTHING: Declared = { fails: [], flakes: [], skips: [] };
const PASS: TestOutcome = { kind: 'pass' };
const FAIL: TestOutcome = { kind: 'fail', failure: 'exit', detail: 'exit status 1' };
const SKIP: TestOutcome = { kind: 'skip', reason: 'no network' };
const EXPECTED: TestOutcome = { kind: 'expected-fail', detail: 'exit status 1' };
const LOST_MACHINE: TestOutcome = { kind: 'unresolved', reason: 'the disk is full' };
const OUTCOMES = { pass: PASS, fail: FAIL, skip: SKIP, expected: EXPECTED, machine: LOST_MACHINE };
type Word = keyof typeof OUTCOMES;

type Sides = Readonly<Record<string, readonly [Word | undefined, Word | undefined]>>;
const results = (sides: Sides, at: 0 | 1): TestResult[] =>
  Object.entries(sides).flatMap(([id, pair]) =>
    pair[at] === undefined ? [] : [{ id, outcome: OUTCOMES[pair[at]], wallMs: 1 }],
  );
const facts = (sides: Sides, more: Partial<GateFacts> = {}): GateFacts => ({
  base: results(sides, 0),
  candidate: results(sides, 1),
  declared: { base: NOTHING, candidate: NOTHING },
  tampering: [],
  approved: false,
  renames: new Map(),
  history: new Map(),
  today: '2026-06-15',
  ...more,
});
const settled = (kind: Settled['kind'], base: [number, number], candidate: [number, number]): Settled => ({
  kind,
  base: { passes: base[0], fails: base[1] },
  candidate: { passes: candidate[0], fails: candidate[1] },
  chance: 0.05,
});
const kinds = (differences: readonly Difference[]) => differences.map(({ kind, test }) => `${kind} ${test}`);
const until = (test: string, day: string) => ({ test, until: day, reason: 'known' });

describe('the gate', () => {
  test('names what happened to each test, and blocks what the rule forbids', () => {
    const decision = decide(
      facts(
        {
          same: ['pass', 'pass'],
          broken: ['pass', 'fail'],
          gone: ['pass', undefined],
          moved: ['pass', undefined],
          skipped: ['pass', 'skip'],
          marked: ['pass', 'expected'],
          mended: ['fail', 'pass'],
          red: ['fail', 'fail'],
          off: ['fail', undefined],
          new: [undefined, 'pass'],
          'new-bad': [undefined, 'fail'],
          woken: ['skip', 'pass'],
          'woken-bad': ['skip', 'fail'],
          'never-ran': ['pass', 'machine'],
        },
        { renames: new Map([['moved', 'new']]) },
      ),
      new Map(),
    );
    expect(decision.verdict).toBe('refuse');
    expect(decision.differences.map(({ kind, test, effect }) => `${effect} ${kind} ${test}`)).toEqual([
      'blocks regressed broken',
      'blocks new-failing new-bad',
      'blocks new-failing woken-bad',
      'blocks lost gone',
      'blocks renamed moved',
      'blocks newly-skipped skipped',
      'blocks newly-expected-to-fail marked',
      'undecided unknown never-ran',
      'told still-failing red',
      'told hidden off',
      'better fixed mended',
      'better unskipped woken',
      'better added new',
    ]);
    const reasons = new Map(decision.differences.map((it) => [it.test, it.reason]));
    expect(reasons.get('broken')).toBe('passes on the base, fails now (not run again): exit: exit status 1');
    expect(reasons.get('moved')).toBe('passes on the base, is gone now; it seems to be new');
    for (const { reason } of decision.differences) expect(reason).not.toMatch(/\n/);
  });

  test('lets reruns decide about what failed once', () => {
    const sides: Sides = {
      a: ['pass', 'fail'],
      b: ['pass', 'fail'],
      c: ['pass', 'fail'],
      d: ['pass', 'fail'],
    };
    expect(suspectsOf(facts(sides)).map(({ test }) => test)).toEqual(['a', 'b', 'c', 'd']);
    const after = new Map([
      ['a', settled('flaky', [3, 0], [3, 0])],
      ['b', settled('broken-on-base', [0, 3], [0, 3])],
      ['c', settled('unresolved', [0, 0], [0, 0])],
    ]);
    expect(decide(facts({ a: sides.a!, b: sides.b! }), after).verdict).toBe('allow');
    expect(decide(facts({ a: sides.a!, c: sides.c! }), after).verdict).toBe('inconclusive');
    const refused = decide(facts(sides), new Map([...after, ['d', settled('regressed', [3, 0], [0, 3])]]));
    expect(refused.verdict).toBe('refuse');
    expect(refused.differences[0]!.reason).toBe(
      'passes on the base, failed 3 of 3 reruns here, 0 of 3 on the base: exit: exit status 1',
    );
  });

  test('asks again about a test that passed or failed only after a retry', () => {
    const waver = (outcome: TestOutcome, earlier: TestOutcome): TestResult[] => [
      { id: 'a', outcome, earlier: [earlier], wallMs: 1 },
    ];
    const steady = facts({ a: ['pass', 'pass'] });
    expect(suspectsOf({ ...steady, candidate: waver(PASS, FAIL) })).toHaveLength(1);
    expect(suspectsOf({ ...steady, base: waver(FAIL, PASS) })).toHaveLength(0);
    expect(suspectsOf({ ...steady, base: waver(FAIL, PASS), candidate: waver(FAIL, FAIL) })).toHaveLength(1);
  });

  test('goes by the lists of the base unless the owner approved others', () => {
    const sides: Sides = { a: ['pass', 'fail'], b: ['fail', 'fail'], c: ['pass', 'pass'] };
    const lists = {
      base: { ...NOTHING, fails: [until('b', '2026-12-31')] },
      candidate: {
        fails: [until('a', '2026-12-31'), until('b', '2026-12-31')],
        flakes: [until('c', '2026-12-31')],
        skips: [],
      },
    };
    const agentsOwn = decide(facts(sides, { declared: lists }), new Map());
    expect(kinds(agentsOwn.differences)).toEqual(['newly-expected-to-fail a', 'newly-quarantined c']);
    expect(agentsOwn.verdict).toBe('refuse');
    const approved = decide(facts(sides, { declared: lists, approved: true }), new Map());
    expect(approved.verdict).toBe('allow');
    expect(approved.differences.map(({ effect, test }) => `${effect} ${test}`)).toEqual(['approved a']);
  });

  test('never takes an approval for more than it is', () => {
    const bad = facts({ a: ['pass', 'fail'] }, { approved: true });
    expect(decide(bad, new Map()).verdict).toBe('refuse');
    expect(decide(facts({ a: ['pass', undefined] }, { approved: true }), new Map()).verdict).toBe('allow');
  });

  test('tells declarations that have expired, and lines to take out', () => {
    const declared: Declared = {
      fails: [until('mended', '2026-12-31'), until('old', '2026-06-14'), until('gone', '2026-06-15')],
      flakes: [],
      skips: [],
    };
    const sides: Sides = { mended: ['pass', 'pass'], old: ['fail', 'fail'] };
    const decision = decide(facts(sides, { declared: { base: declared, candidate: declared } }), new Map());
    expect(decision.verdict).toBe('allow');
    expect(kinds(decision.differences)).toEqual(['still-failing old', 'expired old']);
    expect(decision.tighten.map(({ test, because }) => `${test}: ${because}`)).toEqual([
      'mended: it passes',
      'gone: there is no such test',
    ]);
  });

  test('refuses tampering unless it was approved, and is never green about nothing', () => {
    const tampering = [{ area: 'lists', what: 'swarm/fails.txt', reason: 'the change edits it' }] as const;
    expect(decide(facts({ a: ['pass', 'pass'] }, { tampering }), new Map()).verdict).toBe('refuse');
    expect(decide(facts({ a: ['pass', 'pass'] }, { tampering, approved: true }), new Map()).verdict).toBe(
      'allow',
    );
    expect(decide(facts({}), new Map()).verdict).toBe('nothing');
    expect(decide(facts({ a: ['pass', undefined] }), new Map()).verdict).toBe('refuse');
  });
});

const word = fc.constantFrom<Word | undefined>('pass', 'fail', 'skip', 'expected', 'machine', undefined);
const manySides = fc.dictionary(fc.string({ minLength: 1, maxLength: 6 }), fc.tuple(word, word), {
  maxKeys: 12,
});
const settledKind = fc.constantFrom<Settled['kind']>('regressed', 'made-flaky', 'flaky', 'broken-on-base');

describe('whatever the runs say', () => {
  test('a change is allowed only if what passed on the base passes, or reruns cleared it', () => {
    fc.assert(
      fc.property(manySides, settledKind, fc.boolean(), (sides, kind, settle) => {
        const input = facts(sides);
        const after = new Map(
          settle ? suspectsOf(input).map(({ test }) => [test, settled(kind, [3, 0], [0, 3])] as const) : [],
        );
        const decision = decide(input, after);
        const broken = Object.entries(sides).filter(([test, [base, candidate]]) => {
          const verdict = after.get(test);
          const cleared = verdict !== undefined && !isAgainst(verdict);
          if (base === 'pass') return candidate !== 'pass' && !(candidate === 'fail' && cleared);
          return base === undefined && candidate === 'fail';
        });
        if (decision.verdict === 'allow') expect(broken).toEqual([]);
        if (decision.verdict === 'refuse') expect(decision.differences[0]?.effect).toBe('blocks');
      }),
    );
  });

  test('a change that alters no outcome is never refused, and more failures never help', () => {
    fc.assert(
      fc.property(manySides, (sides) => {
        const still = Object.fromEntries(
          Object.entries(sides).map(([id, [base]]) => [id, [base, base] as const]),
        );
        expect(decide(facts(still), new Map()).verdict).not.toBe('refuse');
        const worse = { ...sides, 'one-more': ['pass', 'fail'] as const };
        expect(decide(facts(worse), new Map()).verdict).toBe('refuse');
      }),
    );
  });
});
