// Where a probe's copy of the tree lies, and how commands name it. In a mount view the copy appears at the tree's own
// path: commands run as recorded, and a test that names absolute paths sees the copy. Without views, absolute paths in
// commands are rewritten to the copy; a test that names the tree by an absolute path would see the original.

/** Maps paths of the recorded tree to a copy. */
export interface Place {
  /** Where a file of the tree lies on disk in the copy. */
  file(path: string): string;
  /** A command's argument, as a command that works on the copy must have it. */
  argument(text: string): string;
}

/** The copy, seen at the tree's own path. */
export function viewedPlace(root: string, copy: string, skip: readonly string[]): Place {
  return { file: fileIn(root, copy, skip), argument: (text) => text };
}

/** The copy, seen at its own path; what it goes without (`skip`, relative paths) is meant where it is. */
export function movedPlace(root: string, copy: string, skip: readonly string[]): Place {
  const not = skip.map((name) => `(?!/${escaped(name)}(?:/|$))`).join('');
  const mention = new RegExp(`(^|[^\\w/.-]|-[A-Za-z])${escaped(root)}${not}(?=$|[/:,;=)\\s])`, 'g');
  return {
    file: fileIn(root, copy, skip),
    argument: (text) =>
      text.includes(root) ? text.replace(mention, (_, before) => `${before}${copy}`) : text,
  };
}

const fileIn = (root: string, copy: string, skip: readonly string[]) => {
  const shared = skip.map((path) => `${root}/${path}/`);
  return (path: string): string => {
    if (path === root) return copy;
    const isInCopy = path.startsWith(`${root}/`) && !shared.some((folder) => path.startsWith(folder));
    return isInCopy ? copy + path.slice(root.length) : path;
  };
};

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
