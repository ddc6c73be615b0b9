// Task lists in Markdown, as people write them: every `- [ ] title` is a task, `- [x] title` a finished one.
//
// - The line with the box is the title. What stands below it, indented into the item, is the body, as written.
// - A box inside of another one's item is a task that the outer one needs.
// - Headings above are labels; a single `#` heading at the top is the document's own title, and none.
// - A comment at the end of the title, `<!-- swarm {"id":"x","verify":"make check"} -->`, holds what Markdown has no place
//   for, as JSON with the fields of a task; it is unseen in a rendered page.
// - Boxes in fenced code, in indented code and in comments are not tasks.
//
// Blocks are told apart by CommonMark's rules for list items (a line belongs to an item when it is indented up to the
// item's text), in one pass over the lines.

import { taskId } from '../task.js';
import { isRecord, readFields } from './fields.js';
import { asTitle, type ListProblem, named, type TaskList, type UnnamedTask } from './listed.js';

/** A list item that is open: where its text starts, and its task when it has a box. */
interface OpenItem {
  readonly textColumn: number;
  readonly task?: Draft;
}

interface Draft {
  readonly line: number;
  readonly title: string;
  readonly done: boolean;
  readonly labels: readonly string[];
  readonly body: string[];
  /** The tasks inside of it. */
  readonly inner: Draft[];
}

/** A block whose lines are all text until its end. */
interface Verbatim {
  readonly column: number;
  readonly isEnd: (text: string) => boolean;
}

const ITEM = /^([-*+]|\d{1,9}[.)])( {1,4})(?:\[([ xX])\](?: +|$))?(.*)$/;
const HEADING = /^(#{1,6})[ \t]+(\S.*)$/;
const FENCE = /^(`{3,}|~{3,})/;
/** What our comment at the end of a title begins and ends with. */
const NOTE = ['<!-- swarm ', ' -->'] as const;

/** Read a Markdown text. Problems name lines, from 1. */
export function readMarkdownList(text: string): TaskList {
  const found = scan(text.replace(/^\uFEFF/, '').split(/\r\n|\n|\r/));
  if (found.length === 0) {
    const reason = 'no task: a task is a list item with a box, `- [ ] title`';
    return { tasks: [], problems: [{ where: 'the file', reason }], skipped: [] };
  }
  const problems: ListProblem[] = [];
  const read = found.map((draft) => readTitle(draft, problems));
  const list = named(read);
  const idOf = new Map(found.map((draft, index) => [draft, list.tasks[index]!.draft.id]));
  const tasks = list.tasks.map((task, index) => {
    const inner = found[index]!.inner.map((draft) => idOf.get(draft)!);
    const needs = [...new Set([...(task.draft.needs ?? []), ...inner])];
    return inner.length === 0 ? task : { ...task, draft: { ...task.draft, needs } };
  });
  return { tasks, problems: [...problems, ...list.problems], skipped: [] };
}

function scan(lines: readonly string[]): Draft[] {
  const scanner = new Scanner(lines);
  for (const line of lines) scanner.read(line);
  return scanner.found;
}

/** Goes over the lines once, with the items that are open at each. */
class Scanner {
  readonly found: Draft[] = [];
  readonly #headings: Headings;
  #line = 0;
  #open: OpenItem[] = [];
  #verbatim: Verbatim | undefined;

  constructor(lines: readonly string[]) {
    this.#headings = new Headings(lines);
  }

  read(line: string): void {
    this.#line++;
    const wide = withoutTabs(line);
    const column = wide.search(/\S/);
    if (column < 0 || this.#isVerbatim(wide.slice(column), column)) this.#keep(line);
    else this.#readBlock(line, wide.slice(column), column);
  }

  /** Is the line inside of a block of plain text? Ends the block where it ends. */
  #isVerbatim(text: string, column: number): boolean {
    const block = this.#verbatim;
    if (block === undefined) return false;
    const inside = column >= block.column;
    if (!inside || block.isEnd(text)) this.#verbatim = undefined;
    return inside;
  }

  #readBlock(line: string, text: string, column: number): void {
    const item = ITEM.exec(text);
    const goesOn = item === null && isPlain(text) && isParagraph(this.#task()?.body);
    if (!goesOn) this.#open = this.#open.filter(({ textColumn }) => textColumn <= column);
    const start = this.#open.at(-1)?.textColumn ?? 0;
    const isCode = column - start >= 4;
    this.#verbatim = isCode ? undefined : verbatimFrom(text, start);
    if (isCode || this.#verbatim !== undefined) this.#keep(line);
    else if (this.#open.length > 0 || !this.#headings.read(text)) {
      if (item === null) this.#keep(line);
      else this.#openItem(line, item, column);
    }
  }

  #openItem(line: string, [, marker, gap, box, title]: RegExpExecArray, column: number): void {
    const textColumn = column + marker!.length + gap!.length;
    if (box === undefined) {
      this.#keep(line);
      this.#open.push({ textColumn });
      return;
    }
    const labels = this.#headings.labels();
    const task = { line: this.#line, title: title!, done: box !== ' ', labels, body: [], inner: [] };
    this.#task()?.inner.push(task);
    this.#open.push({ textColumn, task });
    this.found.push(task);
  }

  /** A line of the innermost task's body. */
  #keep(line: string): void {
    const item = this.#open.findLast(({ task }) => task !== undefined);
    item?.task?.body.push(dedented(line, item.textColumn));
  }

  #task(): Draft | undefined {
    return this.#open.findLast(({ task }) => task !== undefined)?.task;
  }
}

/** The headings above the current line. */
class Headings {
  readonly #open: string[] = [];
  /** From this level on headings are labels. */
  readonly #least: number;

  constructor(lines: readonly string[]) {
    this.#least = lines.filter((line) => HEADING.exec(line)?.[1] === '#').length > 1 ? 1 : 2;
  }

  /** Takes a line in when it is a heading. */
  read(text: string): boolean {
    const heading = HEADING.exec(text);
    if (heading === null) return false;
    const level = heading[1]!.length;
    this.#open.length = Math.min(this.#open.length, level - 1);
    this.#open[level - 1] = headingText(heading[2]!);
    return true;
  }

  labels(): string[] {
    const below = this.#open.slice(this.#least - 1).filter((text) => text !== undefined && text !== '');
    return [...new Set(below.map(taskId))];
  }
}

/** Without the marks that may close a heading. */
function headingText(text: string): string {
  const line = text.trimEnd();
  let end = line.length;
  while (end > 0 && line[end - 1] === '#') end--;
  const isClosed = end === 0 || line[end - 1] === ' ' || line[end - 1] === '\t';
  return isClosed ? line.slice(0, end).trimEnd() : line;
}

function verbatimFrom(text: string, column: number): Verbatim | undefined {
  const fence = FENCE.exec(text)?.[1];
  if (fence !== undefined) {
    const isEnd = (line: string) => line.startsWith(fence) && line.replaceAll(fence[0]!, '').trim() === '';
    return { column, isEnd };
  }
  if (text.startsWith('<!--') && !text.includes('-->'))
    return { column, isEnd: (line) => line.includes('-->') };
  return undefined;
}

/** Text that can go on a paragraph without being indented. */
const isPlain = (text: string): boolean =>
  !HEADING.test(text) && !FENCE.test(text) && !/^(?:>|<!--|([-*_])(?:\s*\1){2,}\s*$)/.test(text);

/** Does an item end in text that the next line may go on with? A title alone is a paragraph, too. */
const isParagraph = (body: readonly string[] | undefined): boolean =>
  body !== undefined && body.at(-1) !== '';

const withoutTabs = (line: string): string =>
  line.replace(/^[ \t]+/, (space) => {
    let width = 0;
    for (const c of space) width += c === '\t' ? 4 - (width % 4) : 1;
    return ' '.repeat(width);
  });

/** The line without its item's indentation; tabs further in stay. */
function dedented(line: string, columns: number): string {
  if (line.trim() === '') return '';
  const indent = line.search(/\S/);
  if (line.slice(0, Math.min(indent, columns)).includes('\t')) return dedented(withoutTabs(line), columns);
  return line.slice(Math.min(indent, columns));
}

function readTitle(draft: Draft, problems: ListProblem[]): UnnamedTask {
  const where = `line ${draft.line}`;
  const [text, note] = splitNote(draft.title);
  const title = asTitle(text);
  if (title === '') problems.push({ where, reason: 'a box without a title' });
  const body = draft.body
    .join('\n')
    .trimEnd()
    .replace(/^\n+/, '')
    .replace(/^ {1,3}(?=\S)/, '');
  const read = readFields(noteFields(note, where, problems), where);
  problems.push(...read.problems);
  const labels = draft.labels.length > 0 ? { labels: draft.labels } : {};
  return {
    draft: { title, ...(body === '' ? {} : { body }), ...labels, ...read.fields },
    state: read.state ?? (draft.done ? 'landed' : 'open'),
    where,
  };
}

/** A title, and the JSON in the comment at its end. */
function splitNote(title: string): [text: string, json: string | undefined] {
  const [begin, end] = NOTE;
  const line = title.trimEnd();
  const at = line.lastIndexOf(begin);
  const json = line.slice(at + begin.length, -end.length);
  if (at < 0 || !line.endsWith(end) || !json.startsWith('{') || !json.endsWith('}'))
    return [title, undefined];
  return [line.slice(0, at), json];
}

function noteFields(json: string | undefined, where: string, problems: ListProblem[]) {
  if (json === undefined) return {};
  try {
    const value: unknown = JSON.parse(json);
    if (isRecord(value)) return value;
  } catch {}
  problems.push({ where, reason: 'the comment `<!-- swarm {...} -->` is not JSON' });
  return {};
}
