// How text that has been preprocessed is compiled: with the unit's own arguments, but for those that only a preprocessor
// acts on, since macros and headers are in place already.

import { COMPILER_TABLE } from '../command/options.js';
import { tokenize } from '../command/token.js';
import type { CompileUnit } from '../plan.js';
import { quietArguments } from '../store/arguments.js';

const PREPROCESSORS = new Set(
  '-D -U -I -A -include --include -imacros -isystem -iquote -idirafter -iprefix -iwithprefix -iwithprefixbefore -include-pch'.split(
    ' ',
  ),
);

/** The unit's arguments without its source and without what is for the preprocessor. */
export function preprocessedArguments(unit: CompileUnit): string[] {
  return tokenize(quietArguments(unit), COMPILER_TABLE).flatMap((token) => {
    if (token.kind === 'input' || token.role === 'language') return [];
    return PREPROCESSORS.has(token.name) || /^--include=|^-Wp,/.test(token.name) ? [] : token.words;
  });
}
