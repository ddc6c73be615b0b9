// What all pages of swarm have around them: one file that needs nothing else, in the reader's light or dark, with nothing loaded
// from anywhere.

import { html, Markup } from './markup.js';
import { STYLE } from './style.js';

/** Nothing may be loaded from anywhere. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

export interface PageParts {
  /** The command. */
  readonly kicker: string;
  /** The result in one line. */
  readonly headline: string;
  /** Beneath the headline. */
  readonly lead?: Markup;
  readonly main: Markup;
  readonly footer: Markup;
}

/** The whole page as text. */
export function pageOf({ kicker, headline, lead, main, footer }: PageParts): string {
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${POLICY}"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark"><title>${headline} · ${kicker}</title><style>${new Markup(STYLE)}</style></head>
<body><header><p class="kicker">${kicker}</p><h1>${headline}</h1>${lead}</header>
<main>
${main}
</main>
<footer>${footer}</footer>
</body></html>
`.text;
}
