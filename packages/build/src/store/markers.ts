// Line markers in preprocessed text: which files were read, and the same text whatever folder the tree lies in.

import { resolve } from 'node:path';

const MARKER = /^#(?:line)? ?\d+ "((?:[^"\\]|\\.)*)"/gm;

/** The files that the markers name, absolute, each once, without pseudo files such as `<built-in>`. */
export function markedFiles(text: string, cwd: string): string[] {
  const names = new Set<string>();
  for (const match of text.matchAll(MARKER)) names.add(match[1]!);
  const files = new Set<string>();
  for (const name of names) {
    if (name === '' || name.startsWith('<') || name.endsWith('//')) continue;
    files.add(resolve(cwd, plainName(name)));
  }
  return [...files];
}

/** Preprocessed text with the tree's own folder replaced in its markers (only there: `__FILE__` is content). */
export function withoutRoot(text: string, root: string): string {
  const escaped = root.replace(/[\\"]/g, '\\$&');
  if (!text.includes(escaped)) return text;
  return text.replace(MARKER, (marker) => marker.replace(escaped, '/ROOT'));
}

/** The preprocessor's C string escapes; bytes above 127 come as octal. */
function plainName(name: string): string {
  if (!name.includes('\\')) return name;
  const bytes = name.replace(/\\([0-7]{1,3}|.)/g, (_, code: string) =>
    /^[0-7]/.test(code) ? String.fromCharCode(Number.parseInt(code, 8)) : code,
  );
  return Buffer.from(bytes, 'latin1').toString('utf8');
}
