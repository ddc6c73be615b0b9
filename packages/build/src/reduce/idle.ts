// What does not run can go, all of it at once: a text is marked so that its own run says which statements were reached. The oracle's
// program runs marked; what the target's reaches beyond that the test of the shorter text tells.

import type { CUnit } from '../source/pieces.js';
import {
  type Edit,
  edited,
  emptied,
  functionsOf,
  leftOut,
  replaced,
  replacedBy,
  spanEnd,
  startOf,
} from './edits.js';
import { blockStatements, type Statement } from './statements.js';

export interface Marked {
  /** A text that writes into a file, when it ends, which of its places it has reached: a byte a place, 1 where it was. */
  readonly text: (file: string) => string;
  /** What leaves out each place, by its number. */
  readonly edits: readonly Edit[];
}

/** Mark the bodies and statements of all functions. */
export function marked(unit: CUnit): Marked {
  const edits: Edit[] = [];
  const marks: Edit[] = [];
  const mark = (edit: Edit): string => `${RAN}[${edits.push(edit) - 1}]=1;`;
  for (const piece of functionsOf(unit)) {
    const open = piece.body!.first;
    const inside = startOf(unit, open) + 1;
    marks.push([{ start: inside, end: inside, text: mark(emptied(unit, piece)) }]);
    markAll(blockStatements(unit, open), true);
  }
  const text = edited(unit.text, [declared(edits.length), ...marks]);
  return { text: (file) => `${text}${teller(file)}`, edits };

  /** `isTail`: the function ends behind the last of them. */
  function markAll(statements: readonly Statement[], isTail: boolean): void {
    for (const [i, statement] of statements.entries()) {
      const isLast = isTail && i === statements.length - 1;
      const isBehindLabel = i > 0 && isLabel(unit, statements[i - 1]!);
      const absence = absenceOf(unit, statement, isBehindLabel, isLast);
      if (absence !== undefined) marks.push(around(unit, statement, mark(absence)));
      // What stands in a switch is reached by its labels only, so its block is none that could be marked.
      const isSwitch = unit.tokens[statement.first]!.text === 'switch';
      markAll(isSwitch ? statement.inner.flatMap(({ inner }) => inner) : statement.inner, isLast);
    }
  }
}

/** What leaves a statement out; undefined where it has to stay: labels, and the plain return that a function ends with. */
function absenceOf(
  unit: CUnit,
  statement: Statement,
  isBehindLabel: boolean,
  isLast: boolean,
): Edit | undefined {
  if (isLabel(unit, statement)) return undefined;
  const end = isLast ? endingReturn(unit, statement) : undefined;
  if (end === undefined) return leftOut(unit, statement, isBehindLabel);
  // What it names may be declared in what goes: where nothing comes to an end, none is missed.
  if (namesAny(unit, end)) return replaced(unit, statement, NO_END);
  return end === statement ? undefined : replacedBy(unit, statement, end);
}

const NO_END = 'for (;;) ;';

const namesAny = ({ tokens }: CUnit, { first, last }: Statement): boolean =>
  tokens.slice(first + 1, last).some(({ kind }) => kind === 'word');

/** The return that a statement ends with. */
function endingReturn(unit: CUnit, statement: Statement): Statement | undefined {
  const { text } = unit.tokens[statement.first]!;
  if (text === 'return') return statement;
  const last = statement.inner.at(-1);
  return text === '{' && last !== undefined ? endingReturn(unit, last) : undefined;
}

/** A mark before a statement; one that stands alone behind its `if` or loop is put into braces with it. */
function around(unit: CUnit, { first, last, sole }: Statement, said: string): Edit {
  const [start, end] = [startOf(unit, first), spanEnd(unit, { first, last })];
  if (!sole) return [{ start, end: start, text: said }];
  return [
    { start, end: start, text: `{${said}` },
    { start: end, end, text: '}' },
  ];
}

const isLabel = ({ tokens }: CUnit, { last }: Statement): boolean => tokens[last - 1]!.text === ':';

const RAN = 'swarm_ran';

const declared = (places: number): Edit => [
  { start: 0, end: 0, text: `static unsigned char ${RAN}[${Math.max(1, places)}];\n` },
];

/** Names of its own for what the text may declare in another way. */
const teller = (file: string): string => `
extern int swarm_open(const char *, int, ...) __asm__("open");
extern long swarm_write(int, const void *, unsigned long) __asm__("write");
static void __attribute__((destructor)) swarm_tell(void) {
  int file = swarm_open(${JSON.stringify(file)}, 0101, 0600);
  if (file >= 0) swarm_write(file, ${RAN}, sizeof ${RAN});
}
`;
