// The Debian mirrors that this machine already uses, read from apt's sources in both of their formats.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const TRUST = ['Signed-By', 'Trusted'];
const MOVING_SUITES = ['oldstable', 'stable', 'testing', 'unstable', 'sid'];

/** Mirrors of the distribution itself, each once, in the order of apt's files. */
export function debianMirrors(etc = '/etc') {
  const suites = new Set([...MOVING_SUITES, codename(etc)]);
  const mine = entries(etc).filter(
    (entry) => entry.components.includes('main') && entry.suites.some((suite) => suites.has(suite)),
  );
  return [...new Map(mine.map(({ uri, trust }) => [uri, { uri, trust }])).values()];
}

function codename(etc) {
  const file = join(etc, 'os-release');
  const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
  return /^VERSION_CODENAME="?([^"\n]*)/m.exec(text)?.[1] ?? '';
}

function entries(etc) {
  const parts = join(etc, 'apt', 'sources.list.d');
  const files = [join(etc, 'apt', 'sources.list')];
  if (existsSync(parts)) files.push(...readdirSync(parts).map((name) => join(parts, name)));
  return files
    .filter((file) => existsSync(file))
    .flatMap((file) => {
      const text = readFileSync(file, 'utf8');
      if (file.endsWith('.sources')) return deb822Entries(text);
      return file.endsWith('.list') ? oneLineEntries(text) : [];
    });
}

const words = (text = '') => text.split(/\s+/).filter((word) => word !== '');

/** Stanzas of `Field: value`, where an indented line goes on with the field above it. */
function deb822Entries(text) {
  const plain = text.replace(/^#.*\n?/gm, '');
  return plain.split(/\n\s*\n/).flatMap((stanza) => {
    const fields = new Map();
    for (const [, name, value] of stanza.matchAll(/^([A-Za-z-]+):((?:.*)(?:\n[ \t].*)*)/gm))
      fields.set(name.toLowerCase(), value.trim());
    if (fields.get('enabled') === 'no') return [];
    const trust = TRUST.filter((name) => fields.has(name.toLowerCase()));
    return words(fields.get('uris')).map((uri) => ({
      uri,
      trust: trust.map((name) => `${name}: ${fields.get(name.toLowerCase())}`),
      suites: words(fields.get('suites')),
      components: words(fields.get('components')),
    }));
  });
}

/** Lines of `deb [option=value ...] uri suite component ...`. */
function oneLineEntries(text) {
  return [...text.matchAll(/^deb(?:-src)?\s+(?:\[([^\]]*)\]\s*)?(\S+)\s+(\S+)\s+(.*)$/gm)].map(
    ([, options, uri, suite, components]) => ({
      uri,
      trust: TRUST.flatMap((name) => {
        const option = words(options).find((word) => word.startsWith(`${name.toLowerCase()}=`));
        return option === undefined ? [] : [`${name}: ${option.slice(name.length + 1).replaceAll(',', ' ')}`];
      }),
      suites: [suite],
      components: words(components.replace(/#.*/, '')),
    }),
  );
}
