// Labels: whose fault is a culprit? Programs that rely on what C doesn't promise, bisected by the built command line.

import { openTaskFiles } from '@swarm/host';
import { describe, expect, test } from 'vitest';
import { needs } from '../kit/needs.ts';
import { copyProgram } from '../kit/program.ts';
import { bisectIn, found, type Report } from '../kit/report.ts';
import { start, swarm, swarmArgv } from '../kit/swarm.ts';

const LABELS = { labels: true };

describe.runIf(needs('gcc', 'make'))('a program that takes things for granted', () => {
  const program = copyProgram('assumptions', 'othercc');

  test('is not the fault of a correct compiler, and each label says why', async () => {
    const report = await bisectIn(program.dir, ['--emit-tasks'], LABELS);
    expect(found(report)).toEqual(program.expected);
    const evidence = Object.fromEntries(
      report.culprits.map(({ members, evidence }) => [members[0], evidence]),
    );
    expect(evidence).toEqual({
      'src/aliasing.c': expect.stringMatching(/-O2 the test fails too, and passes with -fno-strict-aliasing/),
      'src/bounds.c': expect.stringMatching(/^src\/bounds\.c:7 in pick: index 4 out of bounds/),
      'src/buffer.c': expect.stringMatching(/^it passes when the objects are linked in reverse order/),
      'src/overflow.c': expect.stringMatching(/^src\/overflow\.c:7 in hash: signed integer overflow/),
      'src/unset.c': expect.stringMatching(/passes with -ftrivial-auto-var-init=zero \(it reads a variable/),
    });
  });

  test('is shown with its labels in a few lines', async () => {
    const { stdout, code } = await swarm(['bisect', '--resume'], { cwd: program.dir });
    expect(code).toBe(0);
    expect(stdout.trim().split('\n').length).toBeLessThanOrEqual(10);
    expect(stdout).toMatch(/^CULPRIT src\/overflow\.c:hash \[undefined\]: crash, .*signed integer overflow/m);
    expect(stdout).toMatch(/^CULPRIT src\/buffer\.c:\(data\) \[layout\]: exit, .*linked in reverse order/m);
  });

  test('has tasks that are red until it no longer takes them for granted', async () => {
    const tasks = await openTaskFiles(program.path('.swarm', 'tasks')).list();
    expect(tasks.map(({ kind }) => kind).sort()).toEqual(['layout', ...Array(4).fill('undefined')]);
    const said = async (command: string) => {
      const line = command.replace(
        /^swarm /,
        `${swarmArgv([])
          .map((word) => `'${word}'`)
          .join(' ')} `,
      );
      const { stdout } = await start(['sh', '-c', line], { cwd: program.dir }).ended;
      return /^(CULPRIT|RED|PASS|GREEN)\b/m.exec(stdout)?.[1] ?? stdout;
    };
    const all = async () => {
      const answers = [];
      for (const { reproduce, verify } of tasks) answers.push([await said(reproduce!), await said(verify!)]);
      return answers;
    };
    expect(await all()).toEqual(tasks.map(() => ['CULPRIT', 'RED']));
    for (const [file, from, to] of MENDED) program.write(file, program.read(file).replace(from, to));
    expect(await all()).toEqual(tasks.map(() => ['PASS', 'GREEN']));
  });
});

/** What takes nothing for granted, and prints the same. */
const MENDED = [
  ['src/aliasing.c', 'return *bits;', '__builtin_memcpy(bits, value, sizeof *bits); return *bits;'],
  ['src/bounds.c', 'lengths[i] * (i < 4) != 0 && i < 4', 'i < 4 && lengths[i] != 0'],
  ['src/clear.c', 'buffer, 12', 'buffer, 8'],
  ['src/overflow.c', 'int value', 'unsigned value'],
  ['src/unset.c', 'int sum;', 'int sum = 0;'],
] as const;

describe.runIf(needs('gcc', 'make'))('two units that share a struct', () => {
  test('pass together, and mixes show what they disagree on', async () => {
    const program = copyProgram('records', 'tables/boundary');
    const report = await bisectIn(program.dir, ['--mixes'], LABELS);
    expect(found(report)).toEqual({
      verdict: 'culprits',
      culprits: [{ members: ['src/book.c', 'src/cursor.c'], label: 'boundary' }],
      rejected: [],
    });
    expect(report.culprits[0]!.certificate).toMatchObject({ alone: 'fail', without: 'pass' });
    expect(report.culprits[0]!.evidence).toMatch(
      /^the sides disagree on a type: Entry has 48 bytes by the oracle and 39 by the target, Entry\.day at offset 4 by the oracle and 1 by the target; struct Book/,
    );
  });
});

/** The functions of signals that shift 16-bit numbers: twelve, in seven units. */
const SHIFTS = [
  ...[
    'clock.c:half_minutes_of',
    'clock.c:hours_of',
    'crc.c:crc_high',
    'crc.c:crc_step',
    'noise.c:noise_next',
    'pack.c:high_bits',
  ],
  ...[
    'pixel.c:dimmed',
    'pixel.c:red_green_of',
    'pixel.c:red_of',
    'route.c:subnet_of',
    'volume.c:halved',
    'volume.c:mixed',
  ],
].map((name) => `src/${name}`);

/** The constructs of a report's groups, with the units in each. */
function groups({ culprits }: Report): Record<string, string[]> {
  const found: Record<string, string[]> = {};
  for (const { group, members } of culprits)
    if (group !== undefined) found[group.construct] = [...(found[group.construct] ?? []), ...members].sort();
  return found;
}

describe.runIf(needs('gcc', 'make'))('one operation that is wrong wherever it occurs', () => {
  test('is one cause of twelve functions in seven units', async () => {
    const program = copyProgram('signals');
    const report = await bisectIn(program.dir, ['--level', 'function'], LABELS);
    expect(groups(report)).toEqual({ 'shr r16 became sar r16': SHIFTS });
    expect(new Set(report.culprits[0]!.group!.members)).toEqual(new Set(report.culprits.map(({ id }) => id)));
    for (const { evidence } of report.culprits) expect(evidence).toMatch(/^passes compiled by the oracle/);
  });

  test('is told from another one', async () => {
    const program = copyProgram('signals', 'tables/two');
    const report = await bisectIn(program.dir, ['--label-time', '0.001'], LABELS);
    expect(found(report)).toEqual(program.expected);
    expect(report.notes).toContain(
      `${report.culprits.length} of ${report.culprits.length} culprits not looked at closer: the 0.00s for that (--label-time) were up`,
    );
    expect(groups(report)).toEqual({
      'mulsd xmm became addsd xmm': ['src/curve.c', 'src/filter.c', 'src/interest.c'],
      'shr r16 became sar r16': expect.objectContaining({ length: 7 }),
    });
  });
});

describe.runIf(needs('gcc', 'make'))('a unit that is miscompiled', () => {
  test('is called so with all that was tried', async () => {
    const { dir } = copyProgram('calc', 'tables/five');
    const report = await bisectIn(dir, [], LABELS);
    for (const { label, evidence } of report.culprits) {
      expect(label).toBe('miscompile');
      expect(evidence).toMatch(
        /^passes compiled by the oracle with -O0, .*nothing found by -fsanitize=undefined/,
      );
      expect(evidence).toMatch(/fails in 3 other link orders/);
    }
    const without = await bisectIn(dir);
    expect(found(without)).toEqual(found(report));
    for (const { evidence } of without.culprits) expect(evidence).toBe('not looked at closer: --no-labels');
  });
});
