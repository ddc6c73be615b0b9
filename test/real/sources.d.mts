/** Debian's source packages that are fetched. */
export type SourceName = 'cmark' | 'lua5.4' | 'sed' | 'jq' | 'sqlite3' | 'mbedtls' | 'tcc' | 'zlib';

/** The upstream tarball of a package, or why there is none here. */
export type Source =
  | { readonly kind: 'ready'; readonly tarball: string }
  | { readonly kind: 'missing'; readonly reason: string };

/** Finds the tarball in the cache, else fetches those of all the packages at once. */
export function sourceOf(name: SourceName): Source;

/** Fetches what the cache lacks, where it can be had: before tests that run side by side all want it. */
export function fetchSources(): void;

/** Unpacks a tarball into a folder, without the folder that everything in it is under. */
export function unpack(tarball: string, dir: string): void;
