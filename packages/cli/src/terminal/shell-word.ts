// Words as a shell reads them back.

/** A word that sh reads back as it is. */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

/** Words as one command. */
export const shellLine = (words: readonly string[]): string => words.map(shellWord).join(' ');
