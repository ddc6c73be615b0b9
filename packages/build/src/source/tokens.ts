// C text cut into tokens, without a preprocessor: what it gets has been through one. Nothing is lost: between two tokens
// there is only white space, comments and lines that begin with `#`, and each token knows where it stands. Never throws: what
// is no C becomes tokens of one character.

export interface CToken {
  readonly kind: 'word' | 'number' | 'string' | 'character' | 'mark';
  readonly text: string;
  /** Offset of its first character. */
  readonly at: number;
}

/** A line that begins with `#`, with its continuations: a line marker or a pragma. */
interface DirectiveLine {
  readonly text: string;
  readonly at: number;
}

export interface CText {
  readonly text: string;
  readonly tokens: readonly CToken[];
  readonly directives: readonly DirectiveLine[];
}

const WORD = '(?<word>[A-Za-z_$\\u0080-\\uffff\\\\][\\w$\\u0080-\\uffff]*)';
const NUMBER = '(?<number>\\.?[0-9](?:[eEpP][-+]|[\\w.$])*)';
const STRING = '(?<string>(?:u8|[uUL])?"(?:[^"\\\\\\n]|\\\\[^])*"?)';
const CHARACTER = "(?<character>[uUL]?'(?:[^'\\\\\\n]|\\\\[^])*'?)";
const SPACE = '(?<space>[ \\t\\r\\n\\f\\v]+|/\\*[^]*?(?:\\*/|$)|//[^\\n]*)';
const MARK = '(?<mark>\\.\\.\\.|<<=|>>=|->|\\+\\+|--|<<|>>|[<>=!]=|&&|\\|\\||[-+*/%&|^]=|##|<:|:>|<%|%>|[^])';
/** In order: a string's prefix is not a word, a number may begin with a dot. */
const NEXT = new RegExp([SPACE, STRING, CHARACTER, NUMBER, WORD, MARK].join('|'), 'y');
const DIRECTIVE = /#(?:[^\\\n]|\\[\s\S])*/y;

/** Other spellings of brackets. */
const DIGRAPHS = new Map([
  ['<:', '['],
  [':>', ']'],
  ['<%', '{'],
  ['%>', '}'],
]);

export function tokenizeC(text: string): CText {
  const tokens: CToken[] = [];
  const directives: DirectiveLine[] = [];
  let at = 0;
  let lineStart = true;
  while (at < text.length) {
    if (lineStart && text[at] === '#') {
      const line = match(DIRECTIVE, text, at)[0];
      directives.push({ text: line, at });
      at += line.length;
      continue;
    }
    const found = match(NEXT, text, at);
    const [word] = found;
    const groups = found.groups!;
    if (groups.space !== undefined) lineStart = word.includes('\n') || (lineStart && !word.startsWith('/'));
    else {
      tokens.push({ kind: kindOf(groups), text: DIGRAPHS.get(word) ?? word, at });
      lineStart = false;
    }
    at += word.length;
  }
  return { text, tokens, directives };
}

function kindOf(groups: Readonly<Record<string, string | undefined>>): CToken['kind'] {
  if (groups.word !== undefined) return 'word';
  if (groups.mark !== undefined) return 'mark';
  if (groups.number !== undefined) return 'number';
  return groups.string !== undefined ? 'string' : 'character';
}

function match(pattern: RegExp, text: string, at: number): RegExpExecArray {
  pattern.lastIndex = at;
  return pattern.exec(text)!;
}

/** Where the token's text ends. Digraphs are two characters in the text and one here. */
export const endOf = (source: CText, token: CToken): number =>
  token.kind === 'mark' && source.text[token.at] !== token.text[0]
    ? token.at + 2
    : token.at + token.text.length;

const OPENING = new Set(['(', '[', '{']);
const CLOSING = new Set([')', ']', '}']);

/** For each bracket the position of its partner; -1 for all else and for a bracket that has none. */
export function partners(tokens: readonly CToken[]): Int32Array {
  const partner = new Int32Array(tokens.length).fill(-1);
  const open: number[] = [];
  for (const [i, { kind, text }] of tokens.entries()) {
    if (kind !== 'mark') continue;
    if (OPENING.has(text)) open.push(i);
    else if (CLOSING.has(text)) {
      const start = open.pop();
      if (start === undefined) continue;
      partner[start] = i;
      partner[i] = start;
    }
  }
  return partner;
}

/** Tokens as text that two spellings of the same tokens share. */
export const spelled = (tokens: readonly CToken[]): string => tokens.map(({ text }) => text).join(' ');
