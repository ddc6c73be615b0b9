// Markup that can't be broken by what is put into it: everything interpolated is escaped unless it is markup itself.

/** Finished markup. */
export class Markup {
  constructor(readonly text: string) {}
}

type Piece = Markup | string | number | undefined | false | readonly Piece[];

/** A template of HTML or SVG; strings in it become text, in elements and in quoted attributes alike. */
export function html(parts: TemplateStringsArray, ...pieces: readonly Piece[]): Markup {
  let text = parts[0]!;
  for (const [i, piece] of pieces.entries()) text += rendered(piece) + parts[i + 1]!;
  return new Markup(text);
}

function rendered(piece: Piece): string {
  if (piece instanceof Markup) return piece.text;
  if (piece === undefined || piece === false) return '';
  return typeof piece === 'object' ? piece.map(rendered).join('') : escaped(String(piece));
}

const ENTITIES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Control characters and those that turn the reading order around are shown as their numbers. */
function escaped(text: string): string {
  return text
    .replace(/[\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]|(?![\n\t])\p{Cc}|\p{Cs}/gu, codePoint)
    .replace(/[&<>"']/g, (c) => ENTITIES[c]!);
}

const codePoint = (c: string): string => `\\u${c.codePointAt(0)!.toString(16).padStart(4, '0')}`;
