// Issues exported from GitHub: the array that `gh issue list --json number,title,body,labels,state,url` prints, or the one
// of the REST interface, which also holds pull requests (left out here). Unknown keys are theirs and passed over.

import { isRecord } from './fields.js';
import { asTitle, type ListedTask, type ListProblem, type TaskList } from './listed.js';

/** Is this an array of issues, rather than a list of tasks? */
export const isGithubList = (value: unknown): value is readonly unknown[] =>
  Array.isArray(value) &&
  value.length > 0 &&
  value.every((item) => isRecord(item) && Number.isSafeInteger(item.number) && 'title' in item);

/** Read an array of issues: one task each, `issue-<number>`, closed ones as landed or, when nobody will do it, withdrawn. */
export function readGithubList(value: readonly unknown[]): TaskList {
  const problems: ListProblem[] = [];
  const tasks: ListedTask[] = [];
  const places = new Map<number, string>();
  let pulls = 0;
  for (const [index, item] of value.entries()) {
    const where = `$[${index}]`;
    const number = isRecord(item) ? item.number : undefined;
    if (!isRecord(item) || !isIssueNumber(number)) {
      problems.push({ where, reason: 'must be an issue, with a `number`' });
    } else if (isRecord(item.pull_request)) {
      pulls++;
    } else if (places.has(number)) {
      problems.push({ where, reason: `issue ${number} is also at ${places.get(number)}` });
    } else {
      places.set(number, where);
      tasks.push(issueOf(item, number, where, problems));
    }
  }
  const skipped = pulls === 0 ? [] : [`${pulls} pull request${pulls === 1 ? '' : 's'}`];
  return { tasks, problems, skipped };
}

const isIssueNumber = (value: unknown): value is number =>
  Number.isSafeInteger(value) && (value as number) > 0;

function issueOf(
  item: Readonly<Record<string, unknown>>,
  number: number,
  where: string,
  problems: ListProblem[],
): ListedTask {
  const told = (key: string, reason: string) => problems.push({ where: `${where}.${key}`, reason });
  const title = typeof item.title === 'string' ? asTitle(item.title) : '';
  if (title === '') told('title', 'must be a line of text');
  const text = item.body ?? '';
  if (typeof text !== 'string') told('body', 'must be text');
  const state = String(item.state ?? 'open').toLowerCase();
  if (state !== 'open' && state !== 'closed') told('state', 'must be open or closed');
  const url = [item.html_url, item.url].find((it): it is string => typeof it === 'string');
  const labels = labelsOf(item.labels);
  if (labels === undefined) told('labels', 'must be a list of names or of objects with a name');
  const said = typeof text === 'string' ? text.replaceAll('\r\n', '\n').trim() : '';
  const body = [said, ...(url === undefined ? [] : [asTitle(url)])].filter((part) => part !== '');
  return {
    draft: {
      id: `issue-${number}`,
      title,
      kind: 'issue',
      ...(body.length > 0 ? { body: body.join('\n\n') } : {}),
      ...(labels !== undefined && labels.length > 0 ? { labels } : {}),
      ...(url === undefined ? {} : { origin: `github:${asTitle(url)}` }),
    },
    state: state !== 'closed' ? 'open' : isDropped(item) ? 'withdrawn' : 'landed',
    where,
  };
}

/** Closed since nobody will do it. */
const isDropped = ({ stateReason, state_reason: reason }: Readonly<Record<string, unknown>>): boolean =>
  /^(not_planned|duplicate)$/i.test(String(stateReason ?? reason ?? ''));

function labelsOf(value: unknown): string[] | undefined {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) return undefined;
  const names = value.map((it: unknown) => (isRecord(it) ? it.name : it));
  if (!names.every((name): name is string => typeof name === 'string')) return undefined;
  return [...new Set(names.map(asTitle).filter((name) => name !== ''))];
}
