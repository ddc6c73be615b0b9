// The report of a run as one HTML page that needs nothing else: no script, no request, no font or picture from elsewhere.

import type { BisectDocument } from '../bisect/document.js';
import type { BisectSettings } from '../bisect/settings.js';
import { count, seconds } from '../terminal/line.js';
import { culpritSection, rejectedSection } from './culprits.js';
import { html, type Markup } from './markup.js';
import { pageOf } from './shell.js';
import type { RunStory } from './story.js';
import { timeline } from './timeline.js';
import { unitMap } from './unit-map.js';

/** The whole page. */
export function page(story: RunStory): string {
  return pageOf({
    kicker: 'swarm bisect',
    headline: headline(story),
    lead: setting(story),
    main: html`<section aria-labelledby="units"><h2 id="units">Units</h2>${unitMap(story)}</section>
${findings(story)}
${story.rejected.length > 0 && html`<section aria-labelledby="rejected">${rejectedSection(story.rejected)}</section>`}
<section aria-labelledby="probes"><h2 id="probes">Probes</h2>${probes(story)}</section>
${story.document !== undefined && html`<section aria-labelledby="cost"><h2 id="cost">Cost</h2>${cost(story.document)}</section>`}`,
    footer: html`<p>Run <code>${story.run}</code>, started <time datetime="${story.startedAt}">${story.startedAt.replace('T', ' ').replace(/\.\d+Z$/, ' UTC')}</time>.</p>`,
  });
}

/** The result in one line. */
function headline({ document, units, problem, rejected }: RunStory): string {
  if (document === undefined) return problem === undefined ? 'Not finished' : 'Ended early';
  const refused = rejected.length > 0 ? `, ${rejected.length} rejected` : '';
  switch (document.verdict) {
    case 'culprits':
      return `${count(document.culprits.length, 'culprit')} in ${count(units.length, 'unit')}${refused}`;
    case 'target-passes':
      return `Everything that the target compiles passes${refused}`;
    case 'oracle-fails':
      return 'The test fails with everything from the oracle';
    case 'no-units':
      return `Nothing to bisect${refused}`;
    case 'inconclusive':
      return 'Inconclusive';
  }
}

function setting({ settings, problem }: RunStory): Markup {
  const rows = settings === undefined ? [] : settingRows(settings);
  return html`${problem !== undefined && html`<p class="problem">${problem}</p>`}<dl class="setting">${rows.map(([name, value]) => html`<dt>${name}</dt><dd><code>${value}</code></dd>`)}</dl>`;
}

function settingRows(settings: BisectSettings): (readonly [string, string])[] {
  if (settings.kind === 'list')
    return [
      ['units', settings.unitsFile],
      ['probe', settings.probe],
      ['folder', settings.dir],
    ];
  const { target, oracles, source, test, dir } = settings;
  const built = source.kind === 'recorded' ? source.build : `${source.file}, linked by ${source.link}`;
  return [
    ['target', `${target.cc} ${target.flags}`.trim()],
    ...oracles.map(({ cc, flags }) => ['oracle', `${cc} ${flags}`.trim()] as const),
    ['build', built],
    ['test', test],
    ['folder', dir],
  ];
}

function findings(story: RunStory): Markup {
  const { culprits, document } = story;
  const notes = document?.notes ?? [];
  const next = document?.next ?? [];
  if (culprits.length + notes.length + next.length === 0) return html``;
  return html`<section aria-labelledby="culprits"><h2 id="culprits">${culprits.length === 0 ? 'Notes' : 'Culprits'}</h2>
${culprits.map((culprit, i) => culpritSection(culprit, i + 1, story))}
${notes.length > 0 && html`<ul class="notes">${notes.map((note) => html`<li>${note}</li>`)}</ul>`}
${next.length > 0 && html`<p class="next"><strong>Next:</strong> ${next[0]}</p>`}</section>`;
}

const PHASES: Record<string, string> = {
  link: 'Units, by linking alone',
  test: 'Units, by the test',
  'test, beside': 'Before the search',
  'functions, beside': 'Does taking units apart change anything?',
  functions: 'Functions, by the test',
  probe: 'By the probe',
};

function probes({ phases }: RunStory): Markup {
  const run = phases.filter((phase) => phase.probes.length > 0);
  if (run.length === 0) return html`<p>No probe was run.</p>`;
  return html`<p class="note">A probe takes some units from the target and the rest from the oracle, and runs the test. Filled: from the target; <span class="key s-pass">passed</span>, <span class="key s-fail">failed</span>, <span class="key s-unresolved">unresolved</span>. Thin lines: where the culprits are.</p>${run.map((phase, i) => html`<h3>${PHASES[phase.name] ?? phase.name}</h3>${timeline(phase, i)}`)}`;
}

function cost({ stats }: BisectDocument): Markup {
  const rows: [string, string, string][] = [
    ['units', `${stats.units}`, stats.identical > 0 ? `${stats.identical} the same on both sides` : ''],
    ['probes run', `${stats.probes}`, `at least ${stats.bound.toFixed(1)} are needed on average`],
    ['answers reused', `${stats.reused}`, 'from an earlier run, or because the same program came out'],
    ['unresolved', `${stats.unresolved}`, ''],
    [
      'compiles',
      `${stats.compiles.target + stats.compiles.oracle}`,
      `${stats.compiles.target} by the target, ${stats.compiles.oracle} by the oracle`,
    ],
    ['compiling', seconds(stats.seconds.compile * 1000), ''],
    ['linking', seconds(stats.seconds.link * 1000), 'summed over workers'],
    ['testing', seconds(stats.seconds.test * 1000), 'summed over workers'],
    ['total', seconds(stats.seconds.total * 1000), 'wall clock'],
  ];
  return html`<table class="numbers cost"><tbody>${rows.map(([name, value, about]) => html`<tr><th scope="row">${name}</th><td>${value}</td><td class="about">${about}</td></tr>`)}</tbody></table>`;
}
