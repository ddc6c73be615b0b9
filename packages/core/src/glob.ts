// Globs over paths with `/`: `*` and `?` within a part, `**` over any number of parts, `{a,b}` for either. Nothing else is
// special, and a leading dot is like any other character.

/** Does the whole path match? */
export const matchesGlob = (glob: string, path: string): boolean => globMatcher(glob)(path);

/** The same, for many paths. */
export function globMatcher(glob: string): (path: string) => boolean {
  const pattern = new RegExp(`^${translate(glob)}$`, 'su');
  return (path) => pattern.test(path);
}

const TOKEN = /\*\*\/|\/\*\*$|\*\*|\*|\?|\{[^{}]*\}|[\s\S]/gu;

function translate(glob: string): string {
  return glob.replace(TOKEN, (token) => {
    if (token === '**/') return '(?:[^/]+/)*';
    if (token === '/**') return '/.+';
    if (token === '**') return '.*';
    if (token === '*') return '[^/]*';
    if (token === '?') return '[^/]';
    if (token.length > 1 && token.startsWith('{'))
      return `(?:${token.slice(1, -1).split(',').map(translate).join('|')})`;
    return /[\\^$.*+?()[\]{}|]/.test(token) ? `\\${token}` : token;
  });
}
