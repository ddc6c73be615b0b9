// Lists come in and go out: Markdown, JSON, failing tests, issues; each problem is told, and then nothing is stored.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { documentOf } from '../kit/documents.ts';
import { type Fleet, fleet } from '../kit/fleet.ts';

const TODO = `# To do

## Parser

- [ ] Parse unions
  They are read as structs.
  - [ ] Parse anonymous unions
- [x] Parse enums
- [ ] Quotes: \`"'$(touch pwned)\` <!-- swarm {"verify":"true","priority":3} -->
`;

const REPORT = `<testsuites><testsuite name="suite">
<testcase classname="calc.Add" name="adds $(touch pwned) 'two'"><failure message="2 != 3">at add.c:7</failure></testcase>
<testcase classname="calc.Add" name="adds one"/>
</testsuite></testsuites>`;

interface Imported {
  readonly added: readonly string[];
  readonly updated: readonly string[];
  readonly closed: readonly string[];
  readonly reopened: readonly string[];
  readonly unchanged: readonly string[];
  readonly finished: readonly string[];
  readonly foreign: readonly string[];
}

let place: Fleet;
beforeAll(async () => {
  place = await fleet(['ann', 'bob']);
});
afterAll(() => place.remove());

const imported = async (agent: string, file: string, ...more: string[]): Promise<Imported> =>
  documentOf(await place.as(agent, ['task', 'import', file, '--json', ...more]), 'swarm.import/1');

describe('swarm task import', () => {
  test('takes a Markdown list over once, and later what changed in it', async () => {
    place.write('ann/TODO.md', TODO);
    const would = await place.said('ann', 0, 'task', 'import', 'TODO.md', '--dry-run');
    expect(would).toMatch(/^WOULD IMPORT 3 added; 1 done already, not added\n/);
    const first = await imported('ann', 'TODO.md', '--label', 'todo');
    expect(first).toMatchObject({
      added: ['parse-unions', 'parse-anonymous-unions', 'quotes-touch-pwned'],
      finished: ['parse-enums'],
    });
    expect(place.stored('parse-unions')).toMatchObject({
      body: 'They are read as structs.',
      needs: ['parse-anonymous-unions'],
      labels: ['parser', 'todo'],
      origin: 'list:TODO.md',
    });
    place.write(
      'ann/TODO.md',
      TODO.replace('- [ ] Parse anon', '- [x] Parse anon').replace('as structs', 'as enums'),
    );
    expect(await imported('ann', 'TODO.md', '--label', 'todo')).toMatchObject({
      added: [],
      updated: ['parse-unions'],
      closed: ['parse-anonymous-unions'],
      unchanged: ['quotes-touch-pwned'],
    });
  });

  test('makes a task of each failing test, and opens it again when it fails again', async () => {
    place.write('ann/report.xml', REPORT);
    const { added } = await imported('ann', 'report.xml', '--verify', 'test {class} = {}');
    expect(added).toHaveLength(1);
    const [id] = added as [string];
    expect(place.stored(id)).toMatchObject({
      kind: 'test',
      verify: `test 'calc.Add' = 'adds $(touch pwned) '\\''two'\\'''`,
    });
    expect(await place.said('ann', 1, 'task', 'verify', id)).toMatch(/^RED .*exit status 1\n/);
    await place.said('ann', 0, 'task', 'withdraw', id, '--reason', 'x');
    expect((await imported('bob', '../ann/report.xml')).reopened).toEqual([id]);
    expect(place.git('ann', 'status', '--porcelain')).not.toContain('pwned');
  });

  test('takes issues from standard input', async () => {
    const issues = [
      {
        number: 7,
        title: 'Crash\u0007 on start',
        body: 'It does',
        labels: [{ name: 'bug' }],
        state: 'OPEN',
        url: 'https://example.com/i/7',
      },
    ];
    const args = ['task', 'import', '-', '--json'];
    const ended = await place.as('ann', args, { input: JSON.stringify(issues) });
    expect(documentOf<Imported>(ended, 'swarm.import/1').added).toEqual(['issue-7']);
    expect(place.stored('issue-7')).toMatchObject({
      title: 'Crash on start',
      labels: ['bug'],
      kind: 'issue',
    });
  });

  test('tells all that is wrong with a list, and stores nothing of it', async () => {
    const before = place.git('hub.git', 'rev-parse', 'refs/swarm/tasks');
    place.write(
      'ann/bad.json',
      JSON.stringify([
        'Fine',
        { titel: 'x' },
        { title: 'y', needs: ['../..'] },
        { id: '$(x)', title: 'z\u0007' },
      ]),
    );
    const bad = await place.as('ann', ['task', 'import', 'bad.json', '--json']);
    expect(bad.code).toBe(2);
    expect(
      documentOf<{ problems: { where: string }[] }>(bad, 'swarm.error/1').problems.map(({ where }) => where),
    ).toEqual(['$[1]', '$[1]', '$[2].needs', '$[3]']);
    expect(await place.said('ann', 2, 'task', 'import', 'bad.json')).toMatch(
      /^ERROR bad\.json: \$\[1\]: unknown key `titel`: did you mean `title`\?\n/,
    );
    for (const [name, text, said] of [
      ['cut.json', '[1,\n2', /ERROR cut\.json: line 2: not JSON/],
      ['cut.xml', REPORT.slice(0, 150), /ERROR cut\.xml: line 2: not XML/],
      ['page.xml', '<html/>', /not a JUnit report: it begins with <html>/],
      ['plain.md', '- no box\n', /the file: no task/],
      ['circle.json', '[{"title":"a","needs":["b"]},{"title":"b","needs":["a"]}]', /can never be begun/],
      ['noise.md', Buffer.from([0xff, 0xfe, 0, 1, 2, 0x1b, 0x5b]).toString('latin1'), /no task/],
    ] as const) {
      place.write(`ann/${name}`, text);
      expect(await place.said('ann', 2, 'task', 'import', name)).toMatch(said);
    }
    expect(await place.said('ann', 2, 'task', 'import', 'gone.md')).toMatch(
      /^ERROR import gone\.md: no such file\n/,
    );
    expect(place.git('hub.git', 'rev-parse', 'refs/swarm/tasks')).toBe(before);
  });
});

describe('swarm task export', () => {
  test('prints lists that import to the same tasks, in both forms', async () => {
    const json = await place.as('ann', ['task', 'export', '--state', 'all', '--json']);
    const list = documentOf<{ tasks: { id: string; origin: string }[] }>(json, 'swarm.list/1');
    expect(list.tasks).toHaveLength(5);
    const markdown = await place.as('ann', ['task', 'export', '--state', 'all']);
    for (const [name, text] of [
      ['all.json', json.stdout],
      ['all.md', markdown.stdout],
    ] as const) {
      place.write(`ann/${name}`, text);
      const same = await imported('ann', name);
      expect([same.unchanged.length, same.added.length, same.updated.length, same.foreign.length]).toEqual([
        5, 0, 0, 0,
      ]);
    }
  });
});

test("without a hub tasks are the working tree's own, and can be handed to one later", async () => {
  place.git('.', 'init', '--quiet', 'lonely');
  place.write('lonely/case.txt', 'attached\n');
  expect(await place.said('lonely', 0, 'task', 'add', 'Alone', '--attach', 'case.txt')).toBe(
    'ADDED alone: Alone\n',
  );
  expect(await place.said('lonely', 0, 'task', 'show', 'alone', '--attachment', 'case.txt')).toBe(
    'attached\n',
  );
  expect(await place.said('lonely', 2, 'task', 'show', 'alone', '--attachment', '../x')).toMatch(
    /next: it has case\.txt\n$/,
  );
  expect(await place.said('lonely', 3, 'task', 'claim')).toMatch(/^ERROR hub: there is no remote origin\n/);
  place.git('lonely', 'remote', 'add', 'origin', place.hubDir);
  const { stdout } = await place.as('lonely', ['task', 'export', '--local', '--json']);
  const ended = await place.as('lonely', ['task', 'import', '-', '--json'], { input: stdout });
  expect(documentOf<Imported>(ended, 'swarm.import/1').added).toEqual(['alone']);
});
