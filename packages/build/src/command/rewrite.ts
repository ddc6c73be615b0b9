// Commands made out of recorded ones: the arguments that compile one source alone, and a compile-and-link command
// with its sources replaced by objects. Everything else stays as it was typed, in its place.

import type { CompilerFacts, SourceInput } from './facts.js';
import type { OptionRole } from './options.js';
import type { InputToken } from './token.js';

const NOT_FOR_A_UNIT: ReadonlySet<OptionRole> = new Set<OptionRole>([
  'compile',
  'output',
  'language',
  'dependencies',
  'aside',
  'link',
  'library',
  'library-folder',
]);

/**
 * The arguments that compile just `source`; `-c -o OBJECT` is to be added. `path` is put in the source's place when it
 * has been kept elsewhere.
 */
export function unitArguments(facts: CompilerFacts, source: SourceInput, path = source.text): string[] {
  return facts.tokens.flatMap((token) => {
    if (token === source.token) {
      const named = source.token.language;
      return named === undefined ? [path] : ['-x', named, path];
    }
    if (token.kind === 'input' || NOT_FOR_A_UNIT.has(token.role)) return [];
    return token.words;
  });
}

/** A compile-and-link command that links objects: `objects` has what replaces a source, by its token. */
export function linkArguments(facts: CompilerFacts, objects: ReadonlyMap<InputToken, string>): string[] {
  let inForce: string | undefined;
  return facts.tokens.flatMap((token) => {
    if (token.kind === 'option') {
      const dropped = token.role === 'language' || token.role === 'dependencies' || token.role === 'aside';
      return dropped ? [] : token.words;
    }
    const object = objects.get(token);
    const wanted = object === undefined ? token.language : undefined;
    const switching = wanted === inForce ? [] : ['-x', wanted ?? 'none'];
    inForce = wanted;
    return [...switching, object ?? token.text];
  });
}
