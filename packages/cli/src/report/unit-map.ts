// The picture of the units: a cell for each, in the order of the build, shaded by what became of it. Few units are drawn
// with their names; of very many, several share a cell and the worst one gives its shade. Sets are joined by a line.

import { count } from '../terminal/line.js';
import { html, type Markup } from './markup.js';
import { SHADE_WORDS, SHADES, type Shade, shadesOf, unitOf } from './shades.js';
import type { RunStory } from './story.js';

const WIDTH = 960;
const NAMED = 60;
const MOST_CELLS = 6_000;

interface Grid {
  readonly columns: number;
  readonly width: number;
  readonly height: number;
  readonly gap: number;
  /** Units in a cell. */
  readonly each: number;
  readonly named: boolean;
}

/** The section's picture and its legend. */
export function unitMap(story: RunStory): Markup {
  const shades = shadesOf(story);
  if (shades.length === 0) return html`<p>The run ended before its units were known.</p>`;
  const grid = gridFor(shades.length);
  const cells = Math.ceil(shades.length / grid.each);
  const height = Math.ceil(cells / grid.columns) * (grid.height + grid.gap);
  const said = legend(shades);
  const shared =
    grid.each > 1
      ? html`<p class="note">Each cell stands for ${grid.each} units; the worst gives its colour.</p>`
      : '';
  return html`<svg class="units" viewBox="-2 -2 ${WIDTH + 4} ${height + 4}" role="img" aria-labelledby="units-title units-text">
<title id="units-title">The ${count(shades.length, 'unit')} of the build</title>
<desc id="units-text">${said.map(({ words }) => words).join('; ')}. The culprits are listed below.</desc>
${plainCells(shades, grid)}${marked(story, shades, grid)}${joins(story, grid)}
</svg>
<ul class="legend">${said.map(({ shade, words }) => html`<li><svg viewBox="0 0 14 14" aria-hidden="true"><rect width="14" height="14" class="u-${shade}"/></svg>${words}</li>`)}</ul>${shared}`;
}

function gridFor(units: number): Grid {
  if (units <= NAMED) {
    const columns = units < 5 ? Math.max(1, units) : 5;
    return {
      columns,
      width: (WIDTH - (columns - 1) * 6) / Math.max(columns, 3),
      height: 30,
      gap: 6,
      each: 1,
      named: true,
    };
  }
  const each = Math.ceil(units / MOST_CELLS);
  const cells = Math.ceil(units / each);
  const pitch = cells <= 300 ? 24 : cells <= 1_200 ? 16 : cells <= 3_000 ? 12 : 9.6;
  const gap = pitch > 12 ? 3 : pitch / 6;
  return {
    columns: Math.floor(WIDTH / pitch),
    width: pitch - gap,
    height: pitch - gap,
    gap,
    each,
    named: false,
  };
}

/** How many there are of each shade, in words. */
function legend(shades: readonly Shade[]): { shade: Shade; words: string }[] {
  return SHADES.toReversed().flatMap((shade) => {
    const n = shades.filter((it) => it === shade).length;
    return n === 0 ? [] : [{ shade, words: `${n} ${SHADE_WORDS[shade]}` }];
  });
}

const placeIn = ({ columns, width, height, gap }: Grid, cell: number) => ({
  x: round((cell % columns) * (width + gap)),
  y: round(Math.floor(cell / columns) * (height + gap)),
});

const round = (n: number): number => Math.round(n * 10) / 10;

const isMarked = (shade: Shade): boolean => SHADES.indexOf(shade) >= SHADES.indexOf('rejected');

/** Cells with nothing to say, one path for each shade: 5,000 of them stay a small page. */
function plainCells(shades: readonly Shade[], grid: Grid): Markup[] {
  if (grid.named) return [];
  const paths = new Map<Shade, string>();
  for (let cell = 0; cell * grid.each < shades.length; cell++) {
    const shade = worstOf(shades.slice(cell * grid.each, (cell + 1) * grid.each));
    if (isMarked(shade)) continue;
    const { x, y } = placeIn(grid, cell);
    const [w, h] = [round(grid.width), round(grid.height)];
    paths.set(shade, `${paths.get(shade) ?? ''}M${x} ${y}h${w}v${h}h-${w}z`);
  }
  return [...paths].map(([shade, d]) => html`<path class="u-${shade}" d="${d}"/>`);
}

const worstOf = (shades: readonly Shade[]): Shade =>
  shades.reduce((worst, shade) => (SHADES.indexOf(shade) > SHADES.indexOf(worst) ? shade : worst));

/** Cells that have something to say, each with its names; all of them where there is room for names. */
function marked(story: RunStory, shades: readonly Shade[], grid: Grid): Markup[] {
  const numbers = culpritNumbers(story);
  const drawn: Markup[] = [];
  for (let cell = 0; cell * grid.each < shades.length; cell++) {
    const [from, to] = [cell * grid.each, (cell + 1) * grid.each];
    const shade = worstOf(shades.slice(from, to));
    if (!grid.named && !isMarked(shade)) continue;
    const names = story.units.slice(from, to);
    const about = names.map((name, i) => `${name}: ${SHADE_WORDS[shades[from + i]!]}`).join('\n');
    const { x, y } = placeIn(grid, cell);
    const number = names.flatMap((name) => numbers.get(name) ?? []);
    const link = number[0] === undefined ? undefined : `#culprit-${number[0]}`;
    const shape = html`<rect x="${x}" y="${y}" width="${round(grid.width)}" height="${round(grid.height)}" rx="${grid.named ? 3 : 1}" class="u-${shade}"><title>${about}</title></rect>${grid.named && nameOf(names[0]!, shade, number, x, y, grid)}`;
    drawn.push(link === undefined ? shape : html`<a href="${link}" aria-label="${about}">${shape}</a>`);
  }
  return drawn;
}

/** The end of a name says more than its beginning. */
function nameOf(
  name: string,
  shade: Shade,
  numbers: readonly number[],
  x: number,
  y: number,
  grid: Grid,
): Markup {
  const room = Math.floor((grid.width - (numbers.length > 0 ? 34 : 16)) / 7.3);
  const shown = name.length > room ? `…${name.slice(name.length - room + 1)}` : name;
  const number =
    numbers.length > 0 &&
    html`<text class="t-${shade} number" x="${round(x + grid.width - 8)}" y="${y + 20}" text-anchor="end">${numbers.join(' ')}</text>`;
  return html`<text class="t-${shade}" x="${x + 8}" y="${y + 20}">${shown}</text>${number}`;
}

/** The numbers, from 1, of the culprits that a unit is in. */
function culpritNumbers({ culprits, units }: RunStory): ReadonlyMap<string, number[]> {
  const names = new Set(units);
  const numbers = new Map<string, number[]>();
  for (const [i, { members }] of culprits.entries())
    for (const unit of new Set(members.map((member) => unitOf(member, names))))
      numbers.set(unit, [...(numbers.get(unit) ?? []), i + 1]);
  return numbers;
}

/** A line along the gaps from member to member of each set. */
function joins({ culprits, units }: RunStory, grid: Grid): Markup[] {
  const place = new Map(units.map((unit, i) => [unit, Math.floor(i / grid.each)]));
  const names = new Set(units);
  const half = grid.gap / 2;
  return culprits.flatMap(({ members }) => {
    const cells = [...new Set(members.map((member) => place.get(unitOf(member, names)) ?? -1))]
      .filter((cell) => cell >= 0)
      .sort((a, b) => a - b);
    if (cells.length < 2) return [];
    const points = cells
      .map((cell) => placeIn(grid, cell))
      .map(({ x, y }) => ({ x, y: y + grid.height + half }));
    const middle = (x: number) => round(x + grid.width / 2);
    const path = points.map(({ x, y }, i) =>
      i === 0 ? `M${middle(x)} ${round(y)}` : `H${round(x - half)}V${round(y)}H${middle(x)}`,
    );
    const joint = ({ x, y }: { x: number; y: number }) =>
      html`<circle class="joint" cx="${middle(x)}" cy="${round(y)}" r="${grid.named ? 3 : 2}"/>`;
    return [html`<path class="join" d="${path.join('')}"/>`, ...points.map(joint)];
  });
}
