// A page of docs/ that a benchmark writes whole: its head, then its parts in order. A part that was not measured this time stays
// as an earlier run wrote it.

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * @param {string} name of the page, without `.md`
 * @param {string} head
 * @param {readonly string[]} order of the parts
 * @param {Readonly<Record<string, string>>} measured their texts, those that there are
 */
export function writePage(name, head, order, measured) {
  const file = join(import.meta.dirname, '../../docs', `${name}.md`);
  const old = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const parts = order.flatMap((part) => {
    const [begin, end] = [`<!-- begin ${part} -->\n`, `\n<!-- end ${part} -->`];
    const text = measured[part] ?? old.split(begin)[1]?.split(end)[0];
    return text === undefined ? [] : [`${begin}${text}${end}`];
  });
  writeFileSync(file, `${[head, ...parts].join('\n\n')}\n`);
}
