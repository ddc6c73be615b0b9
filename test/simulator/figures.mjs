// The figures of a simulation, and a table that puts them beside those of the project that the trace is from.

import { doubleHolds } from './judge.mjs';
import { KNOWN, readTrace } from './trace.mjs';

const HOUR = 3_600_000;

/** Numbers only; shares from 0 to 1. */
export function figuresOf({ diary, pushes, cuts, problems, virtualMs, wallMs }) {
  const mainMoves = pushes.filter((push) => push.some(({ ref }) => ref === 'refs/heads/main')).length - 1;
  const ended = (end) => diary.holds.filter((hold) => hold.end === end).length;
  const holds = holdHours(diary.holds);
  return {
    claims: diary.holds.length,
    takeovers: diary.holds.filter(({ instead }) => instead !== undefined).length,
    deaths: diary.deaths,
    landed: ended('landed'),
    superseded: ended('superseded'),
    mainCommits: mainMoves,
    bookkeeping: problems.filter((line) => /is no work|by itself/.test(line)).length,
    left: problems.filter((line) => line.startsWith('claim left')).length,
    doubles: doubleHolds(diary),
    medianHours: holds[Math.floor(holds.length / 2)],
    p99Hours: holds[Math.floor(holds.length * 0.99)],
    pushes: pushes.length,
    cutBefore: cuts.before,
    cutAfter: cuts.after,
    retries: Object.fromEntries(diary.problems),
    problems: problems.length,
    virtualDays: virtualMs / 24 / HOUR,
    wallMinutes: wallMs / 60_000,
  };
}

/** How long each task was kept from others: the hold of a session that died goes on until somebody took it over. */
function holdHours(holds) {
  return holds
    .map((hold) => {
      if (hold.end !== 'died') return hold.toMs - hold.fromMs;
      const later = holds.filter(({ task, fromMs }) => task === hold.task && fromMs >= hold.toMs);
      return Math.min(...later.map(({ fromMs }) => fromMs), Number.MAX_SAFE_INTEGER) - hold.fromMs;
    })
    .map((ms) => ms / HOUR)
    .sort((a, b) => a - b);
}

const cell = (value) =>
  typeof value === 'number' && !Number.isInteger(value) ? value.toFixed(1) : String(value);

/** A Markdown table; `runs` are titles and figures. */
export function traceTable(runs) {
  const { episodes, commits, lockCommits } = readTrace();
  const held = episodes.filter(({ releasedS }) => releasedS !== null);
  const hours = held.map(({ claimedS, releasedS }) => (releasedS - claimedS) / 3600).sort((a, b) => a - b);
  const ends = (...names) => episodes.filter(({ end }) => names.includes(end)).length;
  const rows = [
    ['claims', episodes.length, 'claims'],
    ['commits on main', commits, 'mainCommits'],
    [
      `of them only for bookkeeping`,
      `${lockCommits} (${Math.round((100 * lockCommits) / commits)}%)`,
      'bookkeeping',
    ],
    ['work landed', ends('done'), 'landed'],
    [
      'tasks closed since others had done them',
      `${ends('superseded')} (${KNOWN.alreadyFixed} said so)`,
      'superseded',
    ],
    ['tasks held twice at one time', KNOWN.doubleHolds, 'doubles'],
    [
      'claims that somebody had to sweep or that are left',
      `${ends('bulk-clear', 'never-released')} (${KNOWN.staleLocks} by hand)`,
      'left',
    ],
    ['agents that were gone without a word', '', 'deaths'],
    ['claims taken over after their time', '', 'takeovers'],
    ['a task held, median (hours)', hours[Math.floor(hours.length / 2)], 'medianHours'],
    ['a task held, p99 (hours)', hours[Math.floor(hours.length * 0.99)], 'p99Hours'],
    ['pushes that the hub took', '', 'pushes'],
    ['days simulated', '', 'virtualDays'],
    ['minutes that it took', '', 'wallMinutes'],
    ['broken rules', '', 'problems'],
  ];
  return [
    `| | the project | ${runs.map(({ title }) => title).join(' | ')} |`,
    `|---|---|${runs.map(() => '---|').join('')}`,
    ...rows.map(
      ([what, known, key]) =>
        `| ${what} | ${cell(known)} | ${runs.map(({ figures }) => cell(figures[key])).join(' | ')} |`,
    ),
  ].join('\n');
}
