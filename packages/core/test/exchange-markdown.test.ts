import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { jsonListOf, markdownListOf, readJsonList, readMarkdownList } from '../src/index.ts';
import { lists } from './exchange.ts';

const read = (...lines: string[]) => readMarkdownList(lines.join('\n'));
const drafts = (...lines: string[]) => read(...lines).tasks.map(({ draft }) => draft);

describe('a Markdown list', () => {
  test('gives a task a box, with the lines below it as the body', () => {
    expect(
      drafts('- [ ] Parse unions', '  They crash.', '', '  - see `a.c`', '', 'Prose.', '* [ ] Two'),
    ).toEqual([
      { id: 'parse-unions', title: 'Parse unions', body: 'They crash.\n\n- see `a.c`' },
      { id: 'two', title: 'Two' },
    ]);
  });

  test('makes a box inside of an item a need of the outer one', () => {
    const list = drafts(
      '1. [ ] Whole',
      '   - [ ] First half',
      '     about it',
      '   - plain',
      '     - [ ] Second half',
    );
    expect(list).toEqual([
      { id: 'whole', title: 'Whole', body: '- plain', needs: ['first-half', 'second-half'] },
      { id: 'first-half', title: 'First half', body: 'about it' },
      { id: 'second-half', title: 'Second half' },
    ]);
  });

  test('takes headings as labels, but for the title of the document', () => {
    const list = drafts('# To do', '## Code gen', '### x86', '- [ ] One', '## Parser ##', '- [ ] Two');
    expect(list.map(({ labels }) => labels)).toEqual([['code-gen', 'x86'], ['parser']]);
    expect(drafts('# A', '- [ ] One', '# B', '- [ ] Two').map(({ labels }) => labels)).toEqual([
      ['a'],
      ['b'],
    ]);
    expect(drafts('# A', '- [ ] One')[0]?.labels).toBeUndefined();
  });

  test('takes a closed box as landed', () => {
    expect(read('- [x] Done', '- [X] Also', '- [ ] Not').tasks.map(({ state }) => state)).toEqual([
      'landed',
      'landed',
      'open',
    ]);
  });

  test('leaves boxes in code and in comments alone', () => {
    const list = drafts(
      '- [ ] Real',
      '  ```',
      '  - [ ] not one',
      '  ```',
      '```',
      '- [ ] nor this',
      '```',
      '<!--',
      '- [ ] nor that',
      '-->',
      '',
      '      - [ ] nor here',
      '- [ ] Also real',
    );
    expect(list.map(({ title }) => title)).toEqual(['Real', 'Also real']);
  });

  test('keeps tabs inside of a body', () => {
    expect(drafts('- [ ] Make', '  ```', '  all:', '  \tcc a.c', '  ```')[0]?.body).toBe(
      '```\nall:\n\tcc a.c\n```',
    );
    expect(drafts('- [ ] Make', '\tby tab')[0]?.body).toBe('by tab');
  });

  test('reads a comment at the end of the title as fields, and tells every problem in it', () => {
    expect(drafts('- [ ] One <!-- swarm {"id":"x1","verify":"make check","priority":3} -->')).toEqual([
      { id: 'x1', title: 'One', verify: 'make check', priority: 3 },
    ]);
    expect(
      read(
        '- [ ] One <!-- swarm {"id":"../x","priority":"high"} -->',
        '- [ ]',
        '- [ ] T <!-- swarm {oops} -->',
      ).problems,
    ).toEqual([
      { where: 'line 1.priority', reason: 'must be a whole number' },
      { where: 'line 2', reason: 'a box without a title' },
      { where: 'line 3', reason: 'the comment `<!-- swarm {...} -->` is not JSON' },
      { where: 'line 1', reason: 'id "../x": an id is lower-case letters, digits and hyphens, at most 64' },
    ]);
  });

  test('gives equal titles ids of their own, and long or foreign ones a hash', () => {
    expect(drafts('- [ ] Same', '- [ ] Same', '- [ ] same-2').map(({ id }) => id)).toEqual([
      'same',
      'same-2',
      'same-2-2',
    ]);
    const long = 'a very long title that says so much more than an id of sixty-four letters can';
    const ids = drafts(`- [ ] ${long} hold`, `- [ ] ${long} keep`, '- [ ] 修复', '- [ ] 测试').map(
      ({ id }) => id,
    );
    expect(new Set(ids).size).toBe(4);
    for (const id of ids) expect(id).toMatch(/^[a-z0-9][a-z0-9-]{0,62}[a-z0-9]$/);
  });

  test('may have lines of any length', () => {
    const much = 500_000;
    const list = drafts(
      `# ${' '.repeat(much)}x`,
      `## ${'# '.repeat(much)}x`,
      `- [ ] ${'<!-- swarm {'.repeat(much)}`,
      `  ${' '.repeat(much)}x`,
      `- [ ] ${'-'.repeat(much)}`,
      `  ${'- '.repeat(much)}x`,
    );
    expect(list).toHaveLength(2);
  });

  test('says when there is no box at all', () => {
    expect(read('- one', '- two').problems).toEqual([
      { where: 'the file', reason: 'no task: a task is a list item with a box, `- [ ] title`' },
    ]);
  });
});

describe('a list that was written', () => {
  test('in Markdown reads back the same', () => {
    fc.assert(
      fc.property(lists, (list) => {
        const back = readMarkdownList(markdownListOf(list));
        if (list.length === 0) return;
        expect(back.problems).toEqual([]);
        expect(back.tasks.map(({ draft, state }) => ({ draft, state }))).toEqual(list);
      }),
      { numRuns: 1000 },
    );
  });

  test('in JSON reads back the same', () => {
    fc.assert(
      fc.property(lists, (list) => {
        const back = readJsonList(JSON.parse(JSON.stringify(jsonListOf(list))));
        expect(back.problems).toEqual([]);
        expect(back.tasks.map(({ draft, state }) => ({ draft, state }))).toEqual(list);
      }),
    );
  });

  test('shows a plain body as Markdown, and its titles as they are', () => {
    const text = markdownListOf([
      { draft: { id: 'a', title: 'One', body: 'It fails:\n\n- here' }, state: 'open' },
    ]);
    expect(text).toBe('# Tasks\n\n- [ ] One <!-- swarm {"id":"a"} -->\n  It fails:\n\n  - here\n');
  });
});
