// The probes of a search, a row each: which units came from the target, when it ran and how it ended. The same as a table
// beneath, for those who can't see the picture or want the numbers.

import { count, seconds } from '../terminal/line.js';
import { html, type Markup } from './markup.js';
import type { PhaseStory, ProbeStory } from './story.js';

const WIDTH = 960;
const STRIP = { x: 100, width: 410 };
const TIME = { x: 566, width: 390 };
const HEAD = 20;
/** Rows of a table; a search of more probes is shown as a picture alone. */
const TABLE_ROWS = 400;

/** One search's picture, table and the sentence above them. */
export function timeline(phase: PhaseStory, index: number): Markup {
  const { probes, units } = phase;
  if (probes.length === 0) return html`<p>No probe was needed.</p>`;
  const [from, to] = [
    Math.min(...probes.map(({ startMs }) => startMs)),
    Math.max(...probes.map(({ endMs }) => endMs)),
  ];
  const row = probes.length <= 40 ? 18 : probes.length <= 120 ? 10 : Math.max(2, 1200 / probes.length);
  const height = HEAD + probes.length * row + 4;
  const workers = 1 + Math.max(...probes.map(({ worker }) => worker));
  const id = `probes-${index}`;
  return html`<svg class="probes" viewBox="0 0 ${WIDTH} ${Math.ceil(height)}" role="img" aria-labelledby="${id}-title ${id}-text">
<title id="${id}-title">${count(probes.length, 'probe')} over ${count(units.length, 'unit')}</title>
<desc id="${id}-text">${inWords(phase)} Each row is a probe: left the units taken from the target, right when it ran. The table below says the same.</desc>
<g class="axis" aria-hidden="true"><text x="0" y="12">${row >= 10 ? 'probe' : ''}</text><text x="${STRIP.x}" y="12">from the target</text><text x="${STRIP.x + STRIP.width}" y="12" text-anchor="end">${units.length > 0 && units.length}</text><text x="${TIME.x}" y="12">${seconds(from)}</text><text x="${TIME.x + TIME.width}" y="12" text-anchor="end">${seconds(to)}</text></g>
${guides(phase, height)}${probes.map((probe, i) => probeRow(probe, i, { row, from, span: Math.max(1, to - from) }))}
</svg>
${probes.length <= TABLE_ROWS && html`<details><summary>As a table</summary>${table(probes, workers)}</details>`}`;
}

/** What the outcomes were, in a sentence. */
function inWords({ probes }: PhaseStory): string {
  const n = (kind: string) => probes.filter(({ outcome }) => outcome.kind === kind).length;
  const unresolved = n('unresolved');
  return `${n('pass')} passed, ${n('fail')} failed${unresolved > 0 ? `, ${unresolved} unresolved` : ''}.`;
}

/** Faint lines through all rows where the culprits stand. */
function guides({ units, report }: PhaseStory, height: number): Markup[] {
  const places = new Map(units.map((unit, i) => [unit, i]));
  const members = new Set(report?.culprits.flatMap((culprit) => culprit.members) ?? []);
  return [...members].flatMap((member) => {
    const at = places.get(member);
    if (at === undefined) return [];
    const x = STRIP.x + ((at + 0.5) * STRIP.width) / units.length;
    return [html`<line class="guide" x1="${round(x)}" x2="${round(x)}" y1="${HEAD - 3}" y2="${height}"/>`];
  });
}

interface Scale {
  readonly row: number;
  readonly from: number;
  readonly span: number;
}

function probeRow(probe: ProbeStory, i: number, { row, from, span }: Scale): Markup {
  const units = Math.max(1, probe.of);
  const y = HEAD + i * row;
  const bar = Math.max(1, row * 0.72);
  const kind = probe.outcome.kind;
  const middle = round(y + bar / 2 + 3.6);
  const strips = joined(probe.selected, units).map(([first, last]) => {
    const x = STRIP.x + (first * STRIP.width) / units;
    const width = ((last + 1 - first) * STRIP.width) / units;
    return html`<rect class="s-${kind}" x="${round(x)}" y="${round(y)}" width="${round(Math.max(1, width - (units <= 100 ? 1 : 0)))}" height="${round(bar)}"/>`;
  });
  const start = TIME.x + ((probe.startMs - from) * TIME.width) / span;
  const width = Math.max(2, ((probe.endMs - probe.startMs) * TIME.width) / span);
  const text =
    row >= 18 &&
    html`<text class="axis" x="0" y="${middle}">${i + 1} ${shortly(probe)}</text><text class="axis" x="${TIME.x - 12}" y="${middle}" text-anchor="end">${probe.size}</text>`;
  return html`<g><title>${describe(probe, i)}</title><rect class="track" x="${STRIP.x}" y="${round(y)}" width="${STRIP.width}" height="${round(bar)}"/>${strips}${text}<rect class="s-${kind}${probe.reused ? ' reused' : ''}" x="${round(Math.min(start, TIME.x + TIME.width - 2))}" y="${round(y)}" width="${round(width)}" height="${round(bar)}" rx="1"/></g>`;
}

const round = (n: number): number => Math.round(n * 10) / 10;

/** Stretches of neighbours that would be drawn nearer than a pixel, as one. */
function joined(selected: ProbeStory['selected'], units: number): (readonly [number, number])[] {
  const pixel = units / STRIP.width;
  const out: (readonly [number, number])[] = [];
  for (const [first, last] of selected) {
    const before = out.at(-1);
    if (before !== undefined && pixel > 1 && first - before[1] - 1 < pixel)
      out[out.length - 1] = [before[0], last];
    else out.push([first, last]);
  }
  return out;
}

const SIGNS = { pass: '✓', fail: '✗', unresolved: '?' } as const;

const shortly = ({ outcome, purpose }: ProbeStory): string => `${SIGNS[outcome.kind]} ${purpose}`.slice(0, 9);

const describe = (probe: ProbeStory, i: number): string =>
  `probe ${i + 1}, ${probe.purpose}: ${count(probe.size, 'unit')} from the target, ${outcomeText(probe)}, ${probe.reused ? 'known from before' : seconds(probe.endMs - probe.startMs)}`;

function outcomeText({ outcome }: ProbeStory): string {
  if (outcome.kind === 'pass') return 'pass';
  return outcome.kind === 'fail' ? `${outcome.failure}: ${outcome.detail}` : `unresolved: ${outcome.reason}`;
}

function table(probes: readonly ProbeStory[], workers: number): Markup {
  const worker = ({ reused, worker: number }: ProbeStory) => (reused ? 'none' : `${number + 1}`);
  return html`<div class="wide"><table class="numbers"><thead><tr><th scope="col">probe</th><th scope="col">purpose</th><th scope="col">from the target</th><th scope="col">started</th><th scope="col">took</th>${workers > 1 && html`<th scope="col">worker</th>`}<th scope="col">outcome</th></tr></thead><tbody>${probes.map((probe, i) => html`<tr><td>${i + 1}</td><td>${probe.purpose}${probe.attempt > 0 && `, again`}</td><td>${probe.size}</td><td>${seconds(probe.startMs)}</td><td>${probe.reused ? 'known' : seconds(probe.endMs - probe.startMs)}</td>${workers > 1 && html`<td>${worker(probe)}</td>`}<td class="o-${probe.outcome.kind}">${outcomeText(probe)}</td></tr>`)}</tbody></table></div>`;
}
