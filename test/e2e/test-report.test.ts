// `swarm test-report`: reports of several tools, as lines, a document, and a page in a real browser.

import { afterAll, describe, expect, test } from 'vitest';
import { domOf, pictureOf } from '../kit/browser.ts';
import { documentOf } from '../kit/documents.ts';
import { project } from '../kit/folder.ts';
import { needs } from '../kit/needs.ts';
import { swarm } from '../kit/swarm.ts';

interface Report {
  readonly runs: readonly { readonly passed: number; readonly failed: number }[];
  readonly newlyFailing: readonly { readonly id: string }[];
  readonly flaky: readonly { readonly id: string }[];
  readonly problems: readonly { readonly file: string; readonly where: string }[];
}

const HOSTILE = 'lib::<script src="http://127.0.0.1/x.js"></script>\u202eleft';

/** A day's report: which of three tests fail. */
function junit(day: number, failing: readonly string[]): string {
  const cases = ['a', 'b', 'c'].map((name) => {
    const verdict = failing.includes(name) ? `<failure message="${name} is &lt;wrong&gt;"/>` : '';
    return `<testcase classname="src" name="${name}" file="src/${name}.js" time="0.${name.charCodeAt(0)}">${verdict}</testcase>`;
  });
  return `<testsuites><testsuite name="s" timestamp="2026-03-0${day}T10:00:00">${cases.join('\n')}</testsuite></testsuites>`;
}

const ctrf = (day: number, status: string): string =>
  JSON.stringify({
    reportFormat: 'CTRF',
    specVersion: '0.0.0',
    results: {
      tool: { name: 'x' },
      summary: { start: Date.UTC(2026, 2, day) },
      tests: [{ name: HOSTILE, status, duration: 5 }],
    },
  });

describe('swarm test-report', () => {
  const folder = project({
    // Not in the order of time: what counts is when they ran.
    '1.xml': junit(3, ['b']),
    '2.xml': junit(1, ['c']),
    '3.xml': junit(2, ['b', 'c']),
    '4.xml': junit(4, ['a', 'b']),
    'ctrf/1.json': ctrf(1, 'passed'),
    'ctrf/2.json': ctrf(2, 'failed'),
    'history.jsonl': '\n["old.t","p",1,1000]\n["old.t","f",1,9000]\ntorn ["x\n["old.t","p",1,19000]\n',
    'results.jsonl':
      '{"schema":"swarm.results/1","startedAt":"2026-03-05T00:00:00.000Z"}\n{"id":"own/t","outcome":{"kind":"fail","failure":"timeout","detail":"slow"},"wallMs":3000}\n',
    'cut.xml': `${junit(1, []).slice(0, 200)}`,
  });
  afterAll(() => folder.remove());

  test('tells what runs of several tools say together', async () => {
    const ended = await swarm(['test-report', '*.xml', 'ctrf/*', '*.jsonl', '--json'], { cwd: folder.dir });
    const report = documentOf<Report>(ended, 'swarm.test-report/1');
    expect(ended.code).toBe(2);
    expect(report.problems).toMatchObject([{ file: 'cut.xml', where: expect.stringMatching(/^line /) }]);
    expect(report.runs).toHaveLength(11);
    expect(report.newlyFailing.map(({ id }) => id)).toEqual([HOSTILE, 'src/a.js::a']);
    expect(report.flaky.map(({ id }) => id)).toEqual(['old.t']);

    const lines = await swarm(['test-report', '[1-4].xml', 'results.jsonl'], { cwd: folder.dir });
    expect(lines.stdout.split('\n').length).toBeLessThanOrEqual(11);
    expect(lines.stdout).toContain('newly failing: src/a.js::a (a is <wrong>)');
    const nothing = await swarm(['test-report'], { cwd: folder.dir });
    expect([nothing.code, nothing.stderr]).toEqual([4, expect.stringContaining('no runs of tests')]);
  });

  test.runIf(needs('chromium'))('draws a page in which names stay names', async () => {
    const args = ['test-report', '1.xml', '2.xml', '3.xml', '4.xml', 'ctrf/*', '--html', 'page.html'];
    expect(await swarm(args, { cwd: folder.dir })).toMatchObject({ code: 0 });
    const dom = await domOf(folder.path('page.html'));
    expect(dom).toContain('<h1>3 tests failing, 2 of them newly; ');
    expect([...dom.matchAll(/<circle class="s-(?:pass|fail)"/g)]).toHaveLength(6);
    for (const heading of ['Pass rate', 'Newly failing', 'Failing', 'Slowest', 'By folder'])
      expect(dom).toMatch(new RegExp(`<h2[^>]*>${heading}</h2>`));
    expect(dom).not.toMatch(/<(?:script|img|link|iframe)\b/);
    expect(dom).toContain('\\u202eleft');
    const picture = await pictureOf(folder.path('page.html'), folder.path('page.png'));
    expect(picture.bytes.length).toBeGreaterThan(10_000);
  });
});
