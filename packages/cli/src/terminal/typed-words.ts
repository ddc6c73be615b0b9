// The words of another program's command line, as they were typed.

/**
 * What comes after `--`; where there is none, `parsed`. oclif puts the words that it parsed in the order of their first appearance on the whole
 * line, so that `-n 1 -- tool x 1` becomes `1 tool x`: its order is of use only where no word is there twice.
 */
export function wordsAfterDashes(typed: readonly string[], parsed: readonly unknown[]): string[] {
  const at = typed.indexOf('--');
  return at < 0 ? parsed.map(String) : typed.slice(at + 1);
}
