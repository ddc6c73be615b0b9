// Flags typed as one text, as the words that a compiler gets.

import { shellWords } from '@swarm/build';
import { EXIT, SwarmError } from '@swarm/core';

/** Split as a shell would, expanding nothing. Throws `usage` (exit 2) for an open quote. */
export function flagWords(text: string): string[] {
  const words = shellWords(text);
  if (words !== undefined) return words;
  throw new SwarmError(`flags ${JSON.stringify(text)}: a quote is left open`, {
    code: 'usage',
    exit: EXIT.usage,
    hint: 'close it; flags are split into words as a shell would',
  });
}
