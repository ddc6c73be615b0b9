// Which proposed tasks are good enough to be stored? The rules that need nothing but the proposals and the tasks that are there; whether a
// command is red now is for whoever can run it. A proposal is refused with the first thing that is wrong with it, and no other one suffers for it.

import { readJsonList } from '../exchange/json.js';
import { asTitle, type ListedTask, type ListProblem } from '../exchange/listed.js';
import { stillToDo } from '../offer.js';
import type { Task, TaskDraft } from '../task.js';

export interface Refusal {
  /** Its title, or where it stands in the list. */
  readonly what: string;
  readonly reason: string;
}

export interface JudgedProposals {
  /** In their order, with ids that nobody has. */
  readonly good: readonly TaskDraft[];
  readonly refused: readonly Refusal[];
}

export interface ProposalRules {
  /** Of one plan. */
  readonly most: number;
  /** Recorded as who made them. */
  readonly origin: string;
  /** Is there such a file on the base? */
  readonly exists: (path: string) => boolean;
}

const TITLE_CHARS = 200;
const BODY_CHARS = 20_000;
const COMMAND_CHARS = 2_000;
const PATHS = 50;

/** Judge a parsed list of proposals: titles, or objects with the fields of a task. */
export function judgeProposals(
  value: unknown,
  tasks: readonly Task[],
  rules: ProposalRules,
): JudgedProposals {
  const list = readJsonList(value);
  const spoilt = new Map<string, ListProblem>();
  for (const problem of list.problems) {
    const place = /^\$(?:\.tasks)?\[\d+\]/.exec(problem.where)?.[0] ?? problem.where;
    if (!spoilt.has(place)) spoilt.set(place, problem);
  }
  const refused: Refusal[] = [...spoilt].map(([place, { where, reason }]) => ({
    what: place,
    reason: `${where.slice(place.length).replace(/^\./, '')} ${reason}`.trim(),
  }));
  const good: TaskDraft[] = [];
  const known = new Known(tasks);
  for (const item of list.tasks) {
    if (spoilt.has(item.where)) continue;
    const reason = fault(item, rules) ?? known.doubleOf(item.draft) ?? needsNobody(item.draft, known);
    if (reason !== undefined) refused.push({ what: item.draft.title, reason });
    else if (good.length === rules.most)
      refused.push({ what: item.draft.title, reason: `more than ${rules.most} are not taken at once` });
    else good.push(known.add(asMade(item.draft, rules)));
  }
  return { good, refused };
}

/** Attempts, reasons and links are for others to write. */
function asMade(draft: TaskDraft, { origin }: ProposalRules): TaskDraft {
  const { attempts: _, duplicateOf: __, reason: ___, ...own } = draft;
  return { ...own, origin, fingerprint: own.fingerprint ?? `verify:${spaced(own.verify ?? '')}` };
}

const spaced = (command: string): string => command.replace(/\s+/g, ' ').trim();

function fault({ draft, state }: ListedTask, { exists }: ProposalRules): string | undefined {
  const { title, body = '', verify, reproduce = '', touches = [], members = [] } = draft;
  if (state !== 'open') return `it says that it is ${state}: only what is to be done is proposed`;
  if (verify === undefined || spaced(verify) === '')
    return 'it has no `verify`: nobody could tell when it is done';
  if (title.length > TITLE_CHARS) return `its title is longer than ${TITLE_CHARS} characters`;
  if (body.length > BODY_CHARS) return `its body is longer than ${BODY_CHARS} characters`;
  if (Math.max(verify.length, reproduce.length) > COMMAND_CHARS)
    return `its command is longer than ${COMMAND_CHARS} characters`;
  if (touches.length + members.length > PATHS)
    return `it names more than ${PATHS} paths: it is no small piece of work`;
  const outside = [...touches, ...members].find((path) => !isInside(path));
  if (outside !== undefined) return `${asTitle(outside)} is no path in the repository`;
  const missing = members.find((member) => !exists(fileOf(member)));
  if (missing !== undefined) return `it is about ${asTitle(missing)}, which isn't there`;
  return undefined;
}

const isInside = (path: string): boolean =>
  path !== '' &&
  !/^[/~]|[\p{Cc}\\]/u.test(path) &&
  !path.split('/').some((part) => part === '..' || part === '.git');

/** A member is a file, or a function of one: `src/a.c:parse`. */
const fileOf = (member: string): string => member.replace(/:[^/]*$/, '');

const needsNobody = ({ needs = [] }: TaskDraft, known: Known): string | undefined => {
  const unknown = needs.find((id) => !known.has(id));
  return unknown === undefined
    ? undefined
    : `it needs ${asTitle(unknown)}, which nobody knows or which can't be done`;
};

/** The tasks that are there, and the proposals that are good so far. */
class Known {
  private readonly ids: Set<string>;
  private readonly needable: Set<string>;
  private readonly byTitle = new Map<string, string>();
  private readonly byCommand = new Map<string, string>();
  private readonly byPrint = new Map<string, string>();

  constructor(tasks: readonly Task[]) {
    this.ids = new Set(tasks.map(({ id }) => id));
    const done = tasks.filter(({ state }) => state === 'landed' || state === 'superseded');
    this.needable = new Set([...done, ...stillToDo(tasks)].map(({ id }) => id));
    for (const task of tasks) if (task.state !== 'withdrawn') this.note(task);
  }

  has(id: string): boolean {
    return this.needable.has(id);
  }

  /** What is wrong with it: somebody knows it already. */
  doubleOf({ title, verify = '', fingerprint = '' }: TaskDraft): string | undefined {
    const other =
      this.byPrint.get(fingerprint) ?? this.byCommand.get(spaced(verify)) ?? this.byTitle.get(plain(title));
    return other === undefined ? undefined : `it is the same work as ${other}`;
  }

  add(draft: TaskDraft): TaskDraft {
    let { id } = draft;
    for (let number = 2; this.ids.has(id); number++) id = `${draft.id.slice(0, 58)}-${number}`;
    this.ids.add(id);
    this.needable.add(id);
    this.note({ ...draft, id });
    return { ...draft, id };
  }

  private note({ id, title, verify = '', fingerprint = '' }: TaskDraft): void {
    this.byTitle.set(plain(title), id);
    if (spaced(verify) !== '') this.byCommand.set(spaced(verify), id);
    if (fingerprint !== '') this.byPrint.set(fingerprint, id);
  }
}

const plain = (title: string): string =>
  title
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
