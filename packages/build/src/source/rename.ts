// Names changed all over a unit: a token with the name is renamed wherever it stands, whatever it names there, so that the
// text means the same under other names.

import type { CUnit } from './pieces.js';

/** The unit's text with words replaced wherever they stand as a token, but for the tokens at some positions. */
export function renameWords(
  { text, tokens }: CUnit,
  names: ReadonlyMap<string, string>,
  except: ReadonlySet<number> = new Set(),
): string {
  if (names.size === 0) return text;
  let result = '';
  let at = 0;
  for (const [i, token] of tokens.entries()) {
    const name = token.kind === 'word' && !except.has(i) ? names.get(token.text) : undefined;
    if (name === undefined) continue;
    result += text.slice(at, token.at) + name;
    at = token.at + token.text.length;
  }
  return result + text.slice(at);
}

/**
 * Positions of the words that name members of structs and unions, where they are declared and where they are used. They are
 * names apart: a struct that units share stays the same text when a function of the same name as its member is renamed.
 */
export function memberWords({ tokens, partner }: CUnit): Set<number> {
  const members = new Set<number>();
  for (const [i, { text, kind }] of tokens.entries()) {
    if (kind === 'word' && /^(?:\.|->)$/.test(tokens[i - 1]?.text ?? '')) members.add(i);
    if (text !== '{' || partner[i]! < i || !isAggregate(tokens, partner, i)) continue;
    for (let k = i + 1; k < partner[i]!; k++) {
      if (tokens[k]!.text === '{') k = partner[k]!;
      else if (tokens[k]!.kind === 'word' && isMember(tokens, k)) members.add(k);
    }
  }
  return members;
}

/** Does this brace open the members of a struct or union? */
function isAggregate(tokens: CUnit['tokens'], partner: Int32Array, brace: number): boolean {
  let i = brace - 1;
  while (tokens[i]?.text === ')' && partner[i]! >= 0) i = partner[i]! - 2;
  const word = (at: number) => /^(?:struct|union)$/.test(tokens[at]?.text ?? '');
  return (
    word(i) ||
    (tokens[i]?.kind === 'word' && word(i - 1)) ||
    (/^__attribute(?:__)?$/.test(tokens[i + 1]?.text ?? '') && word(i - 1))
  );
}

/** A name at the end of a member's declarator; a type is followed by a word or `*`. */
function isMember(tokens: CUnit['tokens'], at: number): boolean {
  const next = tokens[at + 1]?.text ?? '';
  const before = tokens[at - 1]?.text ?? '';
  if (/^(?:struct|union|enum)$/.test(before)) return false;
  return /^[;,[:]$/.test(next) || (next === ')' && before === '*' && tokens[at - 2]?.text === '(');
}
