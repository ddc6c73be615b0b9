// Tasks written as a Markdown list that `readMarkdownList` reads back to the same tasks.

import { writtenFields } from './fields.js';
import { asTitle, type ListedTask } from './listed.js';
import { readMarkdownList } from './markdown.js';

/** A document with one item a task. */
export function markdownListOf(
  tasks: readonly Pick<ListedTask, 'draft' | 'state'>[],
  title = 'Tasks',
): string {
  return [`# ${asTitle(title)}`, '', ...tasks.map(itemOf), ''].join('\n');
}

function itemOf({ draft, state }: Pick<ListedTask, 'draft' | 'state'>): string {
  const {
    title,
    body = '',
    ...fields
  } = writtenFields(draft, state) as Record<string, unknown> & {
    title: string;
    body?: string;
  };
  const done = state !== 'open' && state !== 'blocked';
  if (state === 'landed') delete fields.state;
  const head = (more: Record<string, unknown>) =>
    `- [${done ? 'x' : ' '}] ${asTitle(title)} <!-- swarm ${commentJson(more)} -->`;
  const plain = [head(fields), ...indented(body)].join('\n');
  // A body that Markdown would read otherwise (boxes, odd white space) goes into the comment.
  const back = readMarkdownList(plain).tasks;
  return back.length === 1 && (back[0]!.draft.body ?? '') === body ? plain : head({ ...fields, body });
}

const indented = (body: string): string[] =>
  body === '' ? [] : body.split('\n').map((line) => (line === '' ? '' : `  ${line}`));

/** JSON that can't end the comment it stands in, nor start another. */
const commentJson = (value: unknown): string =>
  JSON.stringify(value)
    .replaceAll('<', '\\u003c')
    .replaceAll('>', '\\u003e')
    .replace(/-(?=-)/g, '\\u002d')
    .replaceAll('\u2028', '\\u2028')
    .replaceAll('\u2029', '\\u2029')
    .replaceAll('\u0085', '\\u0085');
