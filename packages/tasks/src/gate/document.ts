// How certificates lie at the hub: one ref with a tree of them, `<shard>/<tree>.<base>`, each a text and below it its signature.
// The hub's hook reads them with git alone; it must agree with what is here.

const BEGIN = '-----BEGIN SSH SIGNATURE-----\n';

export const certificatesRef = (namespace: string): string => `${namespace}/certificates`;

/** Both are ids as git writes them. */
export const certificateFile = (tree: string, base: string): string => `${tree.slice(0, 2)}/${tree}.${base}`;

/** A document's text and signature; undefined where it has none. */
export function splitDocument(document: string): { text: string; signature: string } | undefined {
  const at = document.indexOf(BEGIN);
  return at < 0 ? undefined : { text: document.slice(0, at), signature: document.slice(at) };
}
