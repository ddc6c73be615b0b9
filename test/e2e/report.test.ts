// `swarm report`: the page of a run, as a real browser shows it.

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { domOf, pictureOf, sheetsOf } from '../kit/browser.ts';
import { type Folder, project } from '../kit/folder.ts';
import { needs } from '../kit/needs.ts';
import { copyProgram } from '../kit/program.ts';
import { bisectIn } from '../kit/report.ts';
import { swarm } from '../kit/swarm.ts';

interface Written {
  readonly schema: string;
  readonly file: string;
  readonly verdict: string | null;
}

async function report(folder: Folder, ...args: string[]): Promise<Written> {
  const ended = await swarm(['report', '--json', ...args], { cwd: folder.dir });
  expect(ended.code, ended.stderr).toBe(0);
  return ended.json<Written>();
}

/** A list of names, and a probe that fails when all of `guilty` are selected. */
async function bisectList(names: readonly string[], guilty: readonly string[]): Promise<Folder> {
  const folder = project({ 'units.txt': names.map((name) => `${name}\n`).join('') });
  folder.write('guilty.txt', guilty.map((name) => `${name}\n`).join(''));
  folder.write(
    'probe.sh',
    '#!/bin/sh\n[ "$(grep -cxFf guilty.txt "$1")" -lt "$(wc -l <guilty.txt)" ] || { cat guilty.txt >&2; exit 1; }\n',
  );
  await swarm(['bisect', '--units', 'units.txt', '--probe', './probe.sh {}'], { cwd: folder.dir });
  return folder;
}

const count = (dom: string, pattern: RegExp): number => [...dom.matchAll(pattern)].length;

describe.runIf(needs('chromium'))('the page of a bisect', () => {
  const program = copyProgram('calc');
  let page: Written;
  let dom = '';
  beforeAll(async () => {
    await bisectIn(program.dir, [], { labels: true });
    page = await report(program);
    dom = await domOf(page.file);
  });
  afterAll(() => program.remove());

  test('says what was found, in headings', () => {
    expect(page).toMatchObject({ schema: 'swarm.report/1', verdict: 'culprits' });
    expect(dom).toContain('<h1>2 culprits in 16 units, 1 rejected</h1>');
    for (const heading of ['Units', 'Culprits', '1 rejected unit', 'Probes', 'Cost'])
      expect(dom).toMatch(new RegExp(`<h2[^>]*>${heading}</h2>`));
    expect(dom).toContain('passes without any one of its members');
    expect(dom).toContain('error: sorry, unimplemented: a loop whose step is conditional');
  });

  test('draws every unit, names it, and joins the set', () => {
    for (const [shade, n] of [
      ['culprit', 3],
      ['rejected', 1],
      ['pass', 12],
    ] as const)
      expect(count(dom, new RegExp(`<rect[^>]*class="u-${shade}"[^>]*><title>`, 'g'))).toBe(n);
    expect(count(dom, /<path class="join"/g)).toBe(1);
    expect(dom).toContain('<title>src/factor.c: rejected by the target</title>');
  });

  test('shows both sides of the wrong function beside each other', () => {
    expect(dom).toMatch(/<code>seconds_in<\/code>/);
    expect(dom).toContain('target: faultcc');
    expect(dom).toContain('oracle: gcc');
    expect(dom).toMatch(/<tr class="differs">/);
  });

  test('has a text for each picture, and each link leads somewhere', () => {
    const pictures = dom.match(/<svg[^>]*>/g) ?? [];
    for (const svg of pictures) expect(svg).toMatch(/role="img"[^>]*aria-labelledby|aria-hidden="true"/);
    for (const [, id] of dom.matchAll(/(?:href="#|aria-labelledby=")([^" ]+)/g))
      expect(dom).toContain(`id="${id}"`);
    expect(dom).toContain('As a table');
  });

  test('can be looked at, and printed with nothing folded away', async () => {
    const shown = await pictureOf(page.file, program.path('page.png'));
    expect([shown.width, shown.height]).toEqual([1100, 900]);
    const text = program.read(page.file.slice(program.dir.length + 1));
    const open = program.write('open.html', text.replaceAll('<details>', '<details open>'));
    expect(await sheetsOf(page.file, program.path('page.pdf'))).toBe(
      await sheetsOf(open, program.path('open.pdf')),
    );
  });
});

describe.runIf(needs('chromium'))('a page about hostile names', () => {
  test('runs nothing, loads nothing and shows them as they are', async () => {
    let requests = 0;
    const server = createServer((_, response) => {
      requests += 1;
      response.end();
    }).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const bad = [
      `<img src=${url}/a onerror=document.title='taken'>`,
      `"><script src="${url}/b"></script>`,
      `</title></style><link rel=stylesheet href=${url}/c>`,
      `'><iframe src='${url}/d'>`,
      'left\u202eright\u0007bell',
    ];
    const folder = await bisectList([...bad, 'good', 'fine'], bad.slice(0, 2));
    const { file } = await report(folder);
    const dom = await domOf(file);
    server.close();
    expect(requests).toBe(0);
    expect(dom).toContain('1 culprit in 7 units');
    expect(dom).not.toMatch(/<(?:img|script|iframe|link)\b/);
    expect(dom).toContain('&lt;script src=');
    expect(dom).not.toMatch(/\u202e/);
    expect(dom).toContain('left\\u202eright\\u0007bell');
    folder.remove();
  });
});

describe.runIf(needs('chromium'))('a page', () => {
  test('of one unit says so', async () => {
    const folder = await bisectList(['only.c'], ['only.c']);
    const dom = await domOf((await report(folder)).file);
    expect(dom).toContain('1 culprit in 1 unit<');
    folder.remove();
  });

  test('of 5,000 units stays small, and tells those that matter', async () => {
    const names = Array.from({ length: 5000 }, (_, i) => `src/part${i % 40}/unit${i}.c`);
    const folder = await bisectList(names, [names[7]!, names[4321]!]);
    const { file } = await report(folder, '--output', 'many.html');
    expect(folder.read('many.html').length).toBeLessThan(400_000);
    const dom = await domOf(file);
    expect(dom).toContain('1 culprit in 5000 units');
    expect(dom).toContain('4998 no fault found');
    expect(count(dom, /<a href="#culprit-1"/g)).toBe(2);
    expect(count(dom, /<path class="join"/g)).toBe(1);
    folder.remove();
  });
});

describe('swarm report', () => {
  test('shows what there is of a run that was cut off', async () => {
    const folder = await bisectList(['a', 'b', 'c'], ['b']);
    const { file } = await report(folder);
    const log = `${file.slice(folder.dir.length + 1, -'report.html'.length)}log.jsonl`;
    const lines = folder.read(log).split('\n').slice(0, -2);
    folder.write(log, `${lines.join('\n')}\n{"kind":"probe","atM`);
    expect(await report(folder)).toMatchObject({ verdict: null });
    expect(folder.read(file.slice(folder.dir.length + 1))).toContain('<h1>Not finished</h1>');
    folder.remove();
  });

  test('tells where there is nothing to report', async () => {
    const folder = project();
    expect(await swarm(['report'], { cwd: folder.dir })).toMatchObject({ code: 4 });
    expect(await swarm(['report', 'no-such-run'], { cwd: folder.dir })).toMatchObject({ code: 2 });
    folder.remove();
  });
});
