// What many runs of tests say together, as a page.

import { html, type Markup } from '../report/markup.js';
import { pageOf } from '../report/shell.js';
import { count, seconds } from '../terminal/line.js';
import { rateChart } from './rate-chart.js';
import { type FolderTrend, passRate, percent, type TestTrend, type Trends } from './trends.js';

/** The whole page; `files` is how many were read. */
export function trendPage(trends: Trends, files: number): string {
  return pageOf({
    kicker: 'swarm test-report',
    headline: headline(trends),
    lead: html`<p class="note">${count(trends.tests, 'test')} in ${count(trends.runs.length, 'run')}, from ${count(files, 'file')}.</p>`,
    main: html`<section aria-labelledby="rate"><h2 id="rate">Pass rate</h2>${rateChart(trends.runs)}</section>
${section('newly-failing', 'Newly failing', trends.newlyFailing, trends.totals.newlyFailing, failures, 'Passed the time before.')}
${section('failing', 'Failing', trends.failing, trends.totals.failing, failures, 'The last time that they ran.')}
${section('flaky', 'Flakiest', trends.flaky, trends.totals.flaky, flaky, 'By how often they changed between passing and failing; twice for a run that saw both.')}
${section('slow', 'Slowest', trends.slow, trends.slow.length, slow, 'The median of the last ten runs of each.')}
${section('folders', 'By folder', trends.folders, trends.totals.folders, folders, 'Failing ones first, then by time.')}`,
    footer: html`<p>A test counts as it ended the last time that it passed or failed.</p>`,
  });
}

function headline({ runs, tests, totals }: Trends): string {
  const last = runs.at(-1);
  if (last === undefined || tests === 0) return 'No tests';
  if (totals.failing === 0) return 'All tests pass';
  const fresh = totals.newlyFailing > 0 ? `, ${totals.newlyFailing} of them newly` : '';
  return `${count(totals.failing, 'test')} failing${fresh}; ${percent(passRate(last))} passed in the last run`;
}

function section<T>(
  id: string,
  title: string,
  some: readonly T[],
  total: number,
  table: (some: readonly T[]) => Markup,
  note: string,
): Markup {
  if (some.length === 0) return html``;
  const rest = total - some.length;
  return html`<section aria-labelledby="${id}"><h2 id="${id}">${title}</h2><p class="note">${note}</p><div class="wide">${table(some)}</div>${rest > 0 && html`<p class="note">And ${rest} more.</p>`}</section>`;
}

const failures = (tests: readonly TestTrend[]): Markup =>
  html`<table class="numbers ids"><thead><tr><th scope="col">test</th><th scope="col">failed</th><th scope="col">last said</th></tr></thead><tbody>${tests.map(({ id, failures: failed, runs, message }) => html`<tr><th scope="row">${id}</th><td>${failed} of ${runs}</td><td class="about">${message}</td></tr>`)}</tbody></table>`;

const flaky = (tests: readonly TestTrend[]): Markup =>
  html`<table class="numbers ids"><thead><tr><th scope="col">test</th><th scope="col">changes</th><th scope="col">failed</th><th scope="col">now</th></tr></thead><tbody>${tests.map(({ id, changes, failures: failed, runs, isFailing }) => html`<tr><th scope="row">${id}</th><td>${changes}</td><td>${failed} of ${runs}</td><td class="${isFailing ? 'o-fail' : ''}">${isFailing ? 'failing' : 'passing'}</td></tr>`)}</tbody></table>`;

function slow(tests: readonly TestTrend[]): Markup {
  const longest = Math.max(...tests.map((test) => test.seconds));
  return html`<table class="numbers ids"><thead><tr><th scope="col">test</th><th scope="col">takes</th><th scope="col"><span class="hidden">beside the slowest</span></th></tr></thead><tbody>${tests.map((test) => html`<tr><th scope="row">${test.id}</th><td>${seconds(test.seconds * 1000)}</td><td>${bar(test.seconds / longest)}</td></tr>`)}</tbody></table>`;
}

function folders(all: readonly FolderTrend[]): Markup {
  const longest = Math.max(1e-9, ...all.map((folder) => folder.seconds));
  return html`<table class="numbers ids"><thead><tr><th scope="col">folder</th><th scope="col">tests</th><th scope="col">failing</th><th scope="col">takes</th><th scope="col"><span class="hidden">beside the slowest</span></th></tr></thead><tbody>${all.map(({ folder, tests, failing, seconds: time }) => html`<tr><th scope="row">${folder || '.'}</th><td>${tests}</td><td class="${failing > 0 ? 'o-fail' : ''}">${failing}</td><td>${seconds(time * 1000)}</td><td>${bar(time / longest, failing > 0)}</td></tr>`)}</tbody></table>`;
}

const BAR_REM = 12;

const bar = (share: number, failing = false): Markup =>
  html`<span class="bar ${failing ? 's-fail' : ''}" style="width:${(share * BAR_REM).toFixed(2)}rem"></span>`;
