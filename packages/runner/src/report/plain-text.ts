// Text from tests as reports may hold it: what XML 1.0 allows, without colours and cursor moves, and without the one
// sequence that ends a CDATA section.

/** Sequences of terminals: CSI, OSC up to its end, and the short ones. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
const ANSI = /[\u001b\u009b](?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[@-Z\\-_])?/gu;

/** What no XML 1.0 document may hold, and control characters that it may (but for tab and line feed). */
const FORBIDDEN = /(?![\n\t])\p{Cc}|\p{Cs}|[\ufffe\uffff]/gu;

/** Marks that turn the order of what is read around. */
const DIRECTION = /[\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/gu;

/** Many lines of text, safe to put into a report. */
export function plainText(text: string): string {
  return text
    .replace(ANSI, '')
    .replace(/\r\n?/g, '\n')
    .replace(FORBIDDEN, '')
    .replace(DIRECTION, '')
    .replaceAll(']]>', ']] >');
}

/** Text as one line of at most `limit` characters. */
export function plainLine(text: string, limit = 256): string {
  const line = plainText(text).replace(/\s+/g, ' ').trim();
  if (line.length <= limit) return line;
  return `${line.slice(0, limit - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}
