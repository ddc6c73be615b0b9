import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { BisectDocument, CulpritEntry } from '../src/bisect/document.js';
import { renderBisect } from '../src/bisect/render.js';

const stats = {
  units: 20,
  identical: 0,
  probes: 7,
  reused: 0,
  unresolved: 0,
  bound: 4.2,
  compiles: { target: 20, oracle: 20 },
  seconds: { total: 2.5, compile: 1, link: 0.5, test: 1 },
};

const culprit = (members: string[], detail = 'SIGSEGV'): CulpritEntry => ({
  id: '0123456789ab',
  members,
  level: 'unit',
  outcome: { kind: 'crash', detail },
  confidence: 1,
  certificate: { alone: 'fail', without: 'pass', subsets: 'pass' },
  label: 'miscompile',
});

const document = (part: Partial<BisectDocument>): BisectDocument => ({
  schema: 'swarm.bisect/1',
  verdict: 'culprits',
  culprits: [],
  rejected: [],
  notes: [],
  stats,
  next: [],
  log: '/tree/.swarm/runs/1/log.jsonl',
  ...part,
});

describe('the output of a bisect', () => {
  test('names each culprit with its kind and confidence, and ends with the log', () => {
    const lines = renderBisect(document({ culprits: [culprit(['a.c']), culprit(['b.c', 'c.c'])] }), '/tree');
    expect(lines).toEqual([
      'CULPRIT a.c: crash, confidence 1: SIGSEGV',
      'CULPRIT b.c + c.c, only together: crash, confidence 1: SIGSEGV',
      '20 units, 7 probes (lower bound 4.2), compiles 20 target + 20 oracle, 2.50s',
      'log: .swarm/runs/1/log.jsonl',
    ]);
  });

  test('has one line for culprits of one cause', () => {
    const group = { id: 'abcdefabcdef', construct: 'x', evidence: 'all contain: x', members: [] };
    const grouped = ['a.c', 'c.c'].map((member) => ({ ...culprit([member]), group }));
    const culprits = [grouped[0]!, culprit(['b.c']), grouped[1]!];
    expect(renderBisect(document({ culprits }), '/tree').slice(0, 2)).toEqual([
      'CULPRIT 2 with one cause: a.c, c.c: all contain: x',
      'CULPRIT b.c: crash, confidence 1: SIGSEGV',
    ]);
  });

  test('counts rejected units by stage', () => {
    const rejected = (['compile', 'crash', 'compile'] as const).map((stage, i) => ({
      unit: `u${i}.c`,
      stage,
      reason: 'no',
      command: [],
    }));
    const lines = renderBisect(document({ culprits: [culprit(['a.c'])], rejected }), '/tree');
    expect(lines[1]).toBe('REJECTED 3 units (2 compile, 1 crash), kept on the oracle: e.g. u0.c: no');
  });

  test('stays within 10 lines and 2 KB, and one line a finding, whatever it has to tell', () => {
    const text = fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 3000 }),
      fc.constantFrom('漢'.repeat(500), '\u001b[31mCULPRIT x\nERROR y', '👩‍👩‍👧'.repeat(90)),
    );
    const entry = fc.record({ members: fc.array(text, { minLength: 1, maxLength: 40 }), detail: text });
    const any = fc.record({
      entries: fc.array(entry, { maxLength: 60 }),
      notes: fc.array(text),
      next: fc.array(text),
      reason: text,
    });
    fc.assert(
      fc.property(any, ({ entries, notes, next, reason }) => {
        const culprits = entries.map(({ members, detail }) => culprit(members, detail));
        const rejected = [{ unit: reason, stage: 'compile' as const, reason, command: [] }];
        const lines = renderBisect(document({ culprits, notes, next, rejected }), '/tree');
        expect(lines.length).toBeLessThanOrEqual(10);
        expect(lines.some((line) => line.includes('\n'))).toBe(false);
        expect(Buffer.byteLength(`${lines.join('\n')}\n`)).toBeLessThanOrEqual(2048);
      }),
    );
  });
});
