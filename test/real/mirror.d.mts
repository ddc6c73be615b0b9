/** A mirror, and the deb822 fields (`Signed-By: ...`, `Trusted: yes`) by which the machine trusts it. */
export interface Mirror {
  readonly uri: string;
  readonly trust: readonly string[];
}

/** Mirrors of the distribution itself, each once, in the order of apt's files. */
export function debianMirrors(etc?: string): Mirror[];
