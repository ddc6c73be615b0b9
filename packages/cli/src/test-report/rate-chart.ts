// The pass rate of each run, in the order of time, as a line; the same as a table beneath, for those who can't see the picture
// or want the numbers.

import { html, type Markup } from '../report/markup.js';
import { count, seconds } from '../terminal/line.js';
import { passRate, percent, type RunTrend } from './trends.js';

const WIDTH = 960;
const HEIGHT = 180;
const LEFT = 64;
const TOP = 16;
const FOOT = 26;
/** Older runs are left out of the picture. */
const DRAWN = 300;

interface Point {
  readonly run: RunTrend;
  readonly rate: number;
}

export function rateChart(runs: readonly RunTrend[]): Markup {
  const points = runs.slice(-DRAWN).flatMap((run): Point[] => {
    const rate = passRate(run);
    return rate === undefined ? [] : [{ run, rate }];
  });
  if (points.length === 0) return html`<p>No test passed or failed.</p>`;
  const worst = Math.min(...points.map(({ rate }) => rate));
  // The line starts at a round number below the worst run: differences near 100% are what matters.
  const floor = worst >= 1 ? 0.9 : Math.max(0, Math.floor((worst - 0.01) * 20) / 20);
  const x = (i: number) => LEFT + (points.length === 1 ? 0.5 : i / (points.length - 1)) * (WIDTH - LEFT - 12);
  const y = (rate: number) => TOP + ((1 - rate) / (1 - floor)) * (HEIGHT - TOP - FOOT);
  const line = points.map(({ rate }, i) => `${x(i).toFixed(1)},${y(rate).toFixed(1)}`).join(' ');
  const radius = points.length > 100 ? 2 : 4;
  const dots = points.map(
    ({ run, rate }, i) =>
      html`<circle class="${run.failed > 0 ? 's-fail' : 's-pass'}" cx="${x(i).toFixed(1)}" cy="${y(rate).toFixed(1)}" r="${radius}"><title>${describe(run)}</title></circle>`,
  );
  const [first, last] = [points[0]!.run, points.at(-1)!.run];
  return html`<svg class="trend" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-labelledby="rate-title rate-text">
<title id="rate-title">Pass rate over ${count(points.length, 'run')}</title>
<desc id="rate-text">From ${percent(points[0]!.rate)} to ${percent(points.at(-1)!.rate)}; the worst is ${percent(worst)}. The table below says the same.</desc>
<g class="axis" aria-hidden="true"><line class="floor" x1="${LEFT}" x2="${WIDTH}" y1="${y(1)}" y2="${y(1)}"/><line class="floor" x1="${LEFT}" x2="${WIDTH}" y1="${y(floor)}" y2="${y(floor)}"/><text x="${LEFT - 10}" y="${y(1) + 4}" text-anchor="end">100%</text><text x="${LEFT - 10}" y="${y(floor) + 4}" text-anchor="end">${Math.round(floor * 100)}%</text><text x="${LEFT}" y="${HEIGHT - 6}">${moment(first)}</text>${points.length > 1 && html`<text x="${WIDTH - 2}" y="${HEIGHT - 6}" text-anchor="end">${moment(last)}</text>`}</g>
<polyline points="${line}"/>${dots}
</svg>
<details><summary>As a table</summary>${table(runs)}</details>`;
}

/** UTC, to the minute. */
const moment = ({ startedMs }: RunTrend): string =>
  new Date(startedMs).toISOString().slice(0, 16).replace('T', ' ');

const describe = (run: RunTrend): string =>
  `${moment(run)}: ${percent(passRate(run))} passed, ${run.failed} failed, ${run.skipped} skipped`;

function table(runs: readonly RunTrend[]): Markup {
  const rows = runs.slice(-DRAWN).reverse();
  return html`<div class="wide"><table class="numbers"><thead><tr><th scope="col">run (UTC)</th><th scope="col">passed</th><th scope="col">failed</th><th scope="col">skipped</th><th scope="col">rate</th><th scope="col">took</th></tr></thead><tbody>${rows.map((run) => html`<tr><td>${moment(run)}</td><td>${run.passed}</td><td class="${run.failed > 0 ? 'o-fail' : ''}">${run.failed}</td><td>${run.skipped}</td><td>${percent(passRate(run))}</td><td>${seconds(run.seconds * 1000)}</td></tr>`)}</tbody></table></div>`;
}
