import { isTaskId, readTask, taskOf, taskText } from '@swarm/core';
import { describe, expect, test } from 'vitest';
import type { BisectDocument, CulpritEntry, RejectedEntry } from '../src/bisect/document.js';
import { findingsOf } from '../src/emit/findings.js';
import type { Job } from '../src/emit/job.js';

const UNITS = ['src/a.c', 'src/b.c', 'src/c.c', 'src/d.c'];

const job: Job = {
  target: 'mycc',
  oracle: 'gcc',
  units: new Set(UNITS),
  subject: 'mycc',
  build: 'make',
  test: './check',
  code: new Map([
    [
      '000000000001',
      {
        differing: 1,
        functions: [
          {
            unit: 'src/a.c',
            function: 'parse',
            target: ['  mov $1,%eax', '  ret'],
            oracle: ['  mov $2,%eax', '  ret'],
            lines: { target: 2, oracle: 2 },
          },
        ],
      },
    ],
  ]),
  reproducers: new Map([
    [
      '000000000001',
      {
        text: 'int main;',
        mode: 'standalone',
        failure: 'exit: 1',
        reads: new Map([['input', Buffer.from('7')]]),
        lines: { before: 90, after: 1 },
      },
    ],
  ]),
  isShared: false,
  reproduce: (members) => `swarm bisect ${members.join(' ')}`,
  verify: (members, flaky) => `swarm verify ${flaky ? '--repeat 10 ' : ''}${members.join(' ')}`,
};

const culprit = (n: number, members: readonly string[], more: Partial<CulpritEntry> = {}): CulpritEntry => ({
  id: String(n).padStart(12, '0'),
  members,
  level: 'unit',
  outcome: { kind: 'crash', detail: 'SIGSEGV' },
  confidence: 1,
  certificate: { alone: 'fail', without: 'pass', subsets: 'pass' },
  label: 'miscompile',
  ...more,
});

const rejected = (unit: string, reason: string): RejectedEntry => ({
  unit,
  stage: 'compile',
  reason,
  command: ['mycc', unit],
});

const found = (culprits: readonly CulpritEntry[], refused: readonly RejectedEntry[] = []) =>
  findingsOf({ culprits, rejected: refused } as unknown as BisectDocument, job);

describe('a task of a culprit', () => {
  test('says what fails and where, how to see it, and comes with the code of both sides and the reproducer', () => {
    const [finding] = found([culprit(1, ['src/a.c:parse'], { level: 'function' })]);
    const { draft, attachments, units } = finding!;
    expect(draft.title).toBe('miscompiled: src/a.c:parse (crash: SIGSEGV)');
    expect(draft).toMatchObject({ kind: 'miscompile', verify: 'swarm verify src/a.c:parse' });
    expect(units).toEqual(['src/a.c']);
    expect(draft.body).toContain('- function: `src/a.c:parse`');
    expect(draft.body).toContain('    -  mov $2,%eax\n    +  mov $1,%eax'.replaceAll('  mov', ' mov'));
    expect(attachments?.map(({ name }) => name)).toEqual([
      'code.txt',
      'reproducer.c',
      'reproducer-input',
      'reproducer.json',
    ]);
    expect(Buffer.from(attachments![0]!.bytes).toString()).toMatch(/mov \$1,%eax +\| +mov \$2,%eax/);
  });

  test('that does not link tells of symbols, not of code', () => {
    const [finding] = found([culprit(1, ['src/a.c'], { label: 'link' })]);
    expect(finding?.draft.body).toMatch(/`nm` shows those of both sides\.\n$/);
    expect(finding?.attachments?.map(({ name }) => name)).not.toContain('code.txt');
  });

  test('that fails now and then asks more than once', () => {
    expect(found([culprit(2, ['src/b.c'], { confidence: 0.9995 })])[0]?.draft.verify).toMatch(/--repeat 10/);
  });

  test('at a boundary is reproduced by what splits it', () => {
    const [finding] = found([culprit(3, ['src/b.c', 'src/c.c'], { label: 'boundary' })]);
    expect(finding?.draft.reproduce).toBe(finding?.draft.verify);
  });

  test('reads back as it was written, whatever the program printed', () => {
    const detail = '`rm -rf`\r\n\u001b[2J# forged\n\nERROR\0 </code> ``';
    const [finding] = found([culprit(4, ['src/d.c'], { outcome: { kind: 'exit', detail } })]);
    const task = { ...taskOf(finding!.draft), attachments: [] };
    expect(readTask(taskText(task))).toEqual({ kind: 'task', task });
    expect(task.body).not.toMatch(/(?!\n)\p{Cc}|^# forged/mu);
    expect(isTaskId(task.id)).toBe(true);
  });
});

describe('culprits with one cause', () => {
  const group = {
    id: 'abcdefabcdef',
    construct: 'shr r16 became sar r16',
    evidence: 'seen',
    members: ['1', '2'],
  };

  test('are one task with the members of all', () => {
    const findings = found([
      culprit(1, ['src/a.c'], { group }),
      culprit(2, ['src/b.c'], { group }),
      culprit(3, ['src/c.c']),
    ]);
    expect(findings.map(({ draft }) => draft.members)).toEqual([['src/a.c', 'src/b.c'], ['src/c.c']]);
    expect(findings[0]?.draft.title).toMatch(/^miscompiled: shr r16 became sar r16 \(2 culprits/);
  });

  test('are the same task when there are more of them', () => {
    const [two] = found([culprit(1, ['src/a.c'], { group }), culprit(2, ['src/b.c'], { group })]);
    const [other] = found([culprit(2, ['src/b.c'], { group }), culprit(3, ['src/c.c'], { group })]);
    expect(two?.draft.fingerprint).toBe(other?.draft.fingerprint);
  });
});

describe('rejected units', () => {
  test('with the same words are one task, wherever in the source it was', () => {
    const findings = found(
      [],
      [
        rejected('src/a.c', 'src/a.c:3: error: unions are not supported'),
        rejected('src/b.c', 'src/b.c:77:1: error: unions are not supported'),
        rejected('src/c.c', 'src/c.c:1: error: what is this'),
      ],
    );
    expect(findings.map(({ draft }) => draft.members)).toEqual([['src/a.c', 'src/b.c'], ['src/c.c']]);
    expect(findings[0]?.draft).toMatchObject({
      kind: 'rejected',
      title: 'rejected: error: unions are not supported (2 units)',
      reproduce: 'swarm bisect src/a.c',
      verify: 'swarm verify src/a.c src/b.c',
    });
  });
});
