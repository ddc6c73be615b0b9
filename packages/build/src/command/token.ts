// An argument list cut into tokens: inputs and options with their values, each with the words it was typed as, so
// that a rewritten command is the original one but for the tokens that were changed.

import type { OptionRole, OptionRule, OptionTable } from './options.js';

export interface InputToken {
  readonly kind: 'input';
  readonly text: string;
  /** The value of the `-x` in force here, or undefined: go by the file's name. */
  readonly language: string | undefined;
  readonly words: readonly string[];
}

interface OptionToken {
  readonly kind: 'option';
  readonly name: string;
  readonly role: OptionRole;
  /** Undefined for plain flags. */
  readonly value: string | undefined;
  readonly words: readonly string[];
}

export type Token = InputToken | OptionToken;

function matchOption(word: string, next: string | undefined, table: OptionTable): OptionToken {
  const option = (rule: OptionRule, value: string | undefined, words: readonly string[]): OptionToken => ({
    kind: 'option',
    name: rule.name,
    role: rule.role,
    value,
    words,
  });
  const exact = table.exact.get(word);
  if (exact !== undefined) {
    const separate = exact.takes === 'value' || exact.takes === 'next';
    if (separate && next !== undefined) return option(exact, next, [word, next]);
    return option(exact, exact.takes === 'none' ? undefined : '', [word]);
  }
  const attached = table.attaching.find((rule) => word.startsWith(rule.name));
  if (attached !== undefined) return option(attached, word.slice(attached.name.length), [word]);
  return { kind: 'option', name: word, role: 'keep', value: undefined, words: [word] };
}

/** Cut an argument list (without the program's name, response files expanded). */
export function tokenize(argv: readonly string[], table: OptionTable): Token[] {
  const tokens: Token[] = [];
  let language: string | undefined;
  for (let i = 0; i < argv.length; i++) {
    const word = argv[i]!;
    if (!word.startsWith('-') || word === '-') {
      tokens.push({ kind: 'input', text: word, language, words: [word] });
      continue;
    }
    const token = matchOption(word, argv[i + 1], table);
    if (token.role === 'language') language = token.value === 'none' ? undefined : token.value;
    tokens.push(token);
    i += token.words.length - 1;
  }
  return tokens;
}
