// The statements of function bodies, found by brackets and keywords alone: enough to leave some out or to put a part in the
// place of the whole. What comes out need not compile; the test says.

import { after } from '../source/declarator.js';
import type { CUnit } from '../source/pieces.js';

/** Tokens `first` up to `last`. */
export interface Span {
  readonly first: number;
  readonly last: number;
}

export interface Statement extends Span {
  /** The one statement that belongs to an `if` or a loop: something must stand there. */
  readonly sole: boolean;
  /** Statements inside, in order. */
  readonly inner: readonly Statement[];
  /** Parts that could stand in the statement's place. */
  readonly parts: readonly Span[];
}

/** The statements between the braces at `open`. */
export function blockStatements(unit: CUnit, open: number): Statement[] {
  const close = unit.partner[open]!;
  const statements: Statement[] = [];
  for (let i = open + 1; i < close; ) {
    const statement = readStatement(unit, i, close, false);
    statements.push(statement);
    i = statement.last;
  }
  return statements;
}

function readStatement(unit: CUnit, first: number, limit: number, sole: boolean): Statement {
  const { tokens } = unit;
  const text = tokens[first]?.text ?? '';
  const made = (last: number, inner: readonly Statement[], parts: readonly Span[]): Statement => ({
    first,
    last: Math.max(first + 1, Math.min(last, limit)),
    sole,
    inner,
    parts,
  });
  if (text === '{') {
    const inner = blockStatements(unit, first);
    return made(
      after(unit.partner, first),
      inner,
      sole ? [] : [{ first: first + 1, last: unit.partner[first]! }],
    );
  }
  if (/^(?:if|while|for|switch)$/.test(text) && tokens[first + 1]?.text === '(')
    return readControlled(unit, first, limit, made);
  if (text === 'do') {
    const body = readStatement(unit, first + 1, limit, true);
    return made(simpleEnd(unit, body.last, limit), [body], [body]);
  }
  const label = labelEnd(unit, first, limit);
  if (label !== undefined) return made(label, [], []);
  return made(simpleEnd(unit, first, limit), [], []);
}

type Made = (last: number, inner: readonly Statement[], parts: readonly Span[]) => Statement;

/** `if (...) a else b` and loops. */
function readControlled(unit: CUnit, first: number, limit: number, made: Made): Statement {
  const { tokens, partner } = unit;
  const close = partner[first + 1]!;
  if (close < first) return made(simpleEnd(unit, first, limit), [], []);
  const body = readStatement(unit, close + 1, limit, true);
  if (tokens[first]!.text !== 'if' || tokens[body.last]?.text !== 'else' || body.last >= limit)
    return made(body.last, [body], [body]);
  const other = readStatement(unit, body.last + 1, limit, true);
  return made(other.last, [body, other], [{ first, last: body.last }, body, other]);
}

/** Behind `case x:`, `default:` or `name:`. */
function labelEnd({ tokens, partner }: CUnit, first: number, limit: number): number | undefined {
  const { text, kind } = tokens[first]!;
  if (text === 'default' || (kind === 'word' && tokens[first + 1]?.text === ':' && text !== 'case'))
    return tokens[first + 1]?.text === ':' ? first + 2 : undefined;
  if (text !== 'case') return undefined;
  let questions = 0;
  for (let i = first + 1; i < limit; i = after(partner, i)) {
    if (tokens[i]!.text === '?') questions += 1;
    if (tokens[i]!.text === ':' && questions-- === 0) return i + 1;
  }
  return undefined;
}

/** Behind the semicolon, or behind the body of a nested function. */
function simpleEnd({ tokens, partner }: CUnit, first: number, limit: number): number {
  for (let i = first; i < limit; i = after(partner, i)) {
    if (tokens[i]!.text === ';') return i + 1;
    if (
      tokens[i]!.text === '{' &&
      i > first &&
      tokens[i - 1]!.text === ')' &&
      /^[A-Za-z_]/.test(tokens[first]!.text)
    ) {
      const next = tokens[partner[i]! + 1]?.text;
      if (next !== ')' && next !== ';' && next !== ',') return partner[i]! + 1;
    }
  }
  return limit;
}
