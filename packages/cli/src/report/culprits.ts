// The sections about what was found: each culprit with what proves it and both sides' code, and the rejected units.

import { alignLines } from '@swarm/core';
import type { CulpritEntry, RejectedEntry } from '../bisect/document.js';
import { rejectedGroups } from '../bisect/rejected-groups.js';
import { count } from '../terminal/line.js';
import { html, type Markup } from './markup.js';
import type { Reproducer } from './reproducers.js';
import { shadeOf } from './shades.js';
import { type CodeStory, type FunctionStory, membersKey, type RunStory } from './story.js';

/** One culprit; `number` counts from 1 and is its name in the picture of the units. */
export function culpritSection(culprit: CulpritEntry, number: number, story: RunStory): Markup {
  const { members, outcome, label, certificate, confidence } = culprit;
  const together = members.length > 1 && label !== 'boundary' && html` <small>only together</small>`;
  const evidence = culprit.evidence ?? story.evidence.get(membersKey(members));
  return html`<article id="culprit-${number}"><h3><span class="badge u-${shadeOf(culprit)}">${number}</span> ${members.map((member, i) => html`${i > 0 && ' + '}<code>${member}</code>`)}${together}</h3>
<dl><dt>fails by</dt><dd>${outcome.kind}: <code>${outcome.detail}</code></dd>
<dt>label</dt><dd>${label}${evidence !== undefined && evidence !== '' && `: ${evidence}`}</dd>
<dt>proof</dt><dd><ul class="proof">${proof(certificate, members.length)}</ul></dd>
<dt>confidence</dt><dd>${confidence >= 1 ? '1' : confidence.toFixed(4)}</dd>${further(culprit)}</dl>
${code(story.code.get(culprit.id), story)}${reproducer(story.reproducers?.get(culprit.id))}</article>`;
}

/** The longest source that is shown unasked. */
const OPEN_LINES = 80;

function reproducer(found: Reproducer | undefined): Markup {
  if (found === undefined) return html``;
  const { before, after } = found.lines;
  const what = found.mode === 'standalone' ? 'a whole program' : 'in place of the unit';
  return html`<h4>Reproducer</h4><details${after <= OPEN_LINES && html` open`}><summary>${count(after, 'line')} of ${before} <span>${what}; ${found.failure}</span></summary><div class="wide"><pre class="source">${found.text}</pre></div></details>`;
}

/** What later stages know of a culprit, where they ran. */
function further(culprit: CulpritEntry): Markup[] {
  const { task, group } = culprit;
  return [
    ...(group === undefined
      ? []
      : [
          html`<dt>cause</dt><dd><code>${group.construct}</code>, shared by ${group.members.length} culprits: ${group.evidence}</dd>`,
        ]),
    ...(task === undefined ? [] : [html`<dt>task</dt><dd><code>${task}</code></dd>`]),
  ];
}

function proof({ alone, without, subsets }: CulpritEntry['certificate'], members: number): Markup[] {
  const line = (proved: boolean, yes: string, no: string) =>
    html`<li class="${proved ? 'yes' : 'no'}">${proved ? yes : no}</li>`;
  const who = members > 1 ? 'the set' : 'it';
  return [
    line(alone === 'fail', `fails with ${who} alone from the target`, `not proved that ${who} fails alone`),
    ...(members > 1
      ? [line(subsets === 'pass', 'passes without any one of its members', 'smaller sets were not all tried')]
      : []),
    line(
      without === 'pass',
      'passes with everything from the target but the culprits',
      without === 'fail'
        ? 'fails without the culprits, too: there are more'
        : 'not tried without the culprits',
    ),
  ];
}

function code(found: CodeStory | undefined, story: RunStory): Markup {
  if (found === undefined) return html``;
  if (found.functions.length === 0)
    return html`<p class="note">No function of both sides' objects differs as <code>objdump</code> shows it: what differs is data, or how they bind.</p>`;
  const more = found.differing - found.functions.length;
  const target = story.settings?.kind === 'build' ? baseName(story.settings.target.cc) : 'target';
  const oracle = story.settings?.kind === 'build' ? baseName(story.settings.oracles[0].cc) : 'oracle';
  return html`<h4>Code of both sides</h4>${found.functions.map((it, i) => listing(it, i < 2, target, oracle))}${more > 0 && html`<p class="note">${count(more, 'more function')} of these units ${more === 1 ? 'differs' : 'differ'}.</p>`}`;
}

const baseName = (path: string): string => path.split('/').at(-1) ?? path;

/** A function of both sides beside each other; what differs is marked by a sign as well as by colour. */
function listing(it: FunctionStory, open: boolean, target: string, oracle: string): Markup {
  const rows = alignLines(it.target, it.oracle);
  const differing = rows.filter(({ equal }) => !equal).length;
  const cut = it.lines.target > it.target.length || it.lines.oracle > it.oracle.length;
  return html`<details${open && html` open`}><summary><code>${it.function}</code> <span>in ${it.unit}, ${howItDiffers(it, differing, rows.length)}</span></summary>
<div class="wide"><table class="code"><thead><tr><th scope="col">target: ${target}</th><th scope="col" class="sign"><span class="hidden">differs</span></th><th scope="col">oracle: ${oracle}</th></tr></thead><tbody>${rows.map(({ left, right, equal }) => html`<tr${!equal && html` class="differs"`}><td>${left}</td><td class="sign">${equal ? '' : left === undefined ? '+' : right === undefined ? '−' : '≠'}</td><td>${right}</td></tr>`)}</tbody></table></div>${cut && html`<p class="note">Cut: ${it.lines.target} lines by the target, ${it.lines.oracle} by the oracle.</p>`}</details>`;
}

function howItDiffers(it: FunctionStory, differing: number, rows: number): string {
  if (it.oracle.length === 0) return 'only in the object of the target';
  if (it.target.length === 0) return 'only in the object of the oracle';
  if (differing === 0) return 'the same code on both sides';
  return `${count(differing, 'line')} of ${rows} ${differing === 1 ? 'differs' : 'differ'}`;
}

/** Rejected units, those with one reason together. */
export function rejectedSection(rejected: readonly RejectedEntry[]): Markup {
  const groups = rejectedGroups(rejected);
  return html`<h2 id="rejected">${count(rejected.length, 'rejected unit')}</h2>
<p>The target could not make an object of ${rejected.length === 1 ? 'it' : 'them'}; ${rejected.length === 1 ? 'it' : 'they'} came from the oracle in every probe.</p>
${groups.map(({ stage, reason, entries }) => html`<article><h3><span class="badge u-rejected">${entries.length}</span> <code>${reason}</code></h3><dl><dt>stage</dt><dd>${stage}</dd><dt>${entries.length === 1 ? 'unit' : 'units'}</dt><dd>${entries.slice(0, 40).map(({ unit }, i) => html`${i > 0 && ', '}<code>${unit}</code>`)}${entries.length > 40 && ` and ${entries.length - 40} more`}</dd><dt>command</dt><dd><code>${entries[0]!.command.join(' ')}</code></dd></dl></article>`)}`;
}
