// Every content that a path had during the build, and the question that joins the steps: which of them did a command
// read? By the file's identity where it is known (that survives `mv`), then by its path, then by its bytes (`cp`).

import { readFileSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import type { SourceCompile, StepDraft } from './action.js';
import { identityOf } from './compile-log.js';
import { ABSENT, type Identity } from './record.js';

/** A step with its inputs and outputs resolved. */
export interface Step {
  readonly draft: StepDraft;
  readonly inputs: StepInput[];
  readonly outputs: Version[];
  /** Sources compiled by the linking command itself. */
  readonly compiled: readonly SourceCompile[];
}

export interface StepInput {
  readonly path: string;
  /** Who made it; undefined for a file that was there before the build. */
  readonly version: Version | undefined;
}

/** One content of one path. */
export interface Version {
  readonly path: string;
  readonly identity: Identity;
  readonly maker:
    | { readonly kind: 'compile'; readonly compile: SourceCompile }
    | { readonly kind: 'step'; readonly step: Step };
  /** Position of its record in the log. */
  readonly order: number;
  /** Of archives: what `ar x` would give. */
  readonly members?: readonly string[];
  /** Of thin archives: the files that must stay beside it. */
  readonly thin?: readonly StepInput[];
}

const sizeOf = (identity: Identity): string | undefined => identity.split(':')[1];

function bytesOf(path: string | undefined): Buffer | undefined {
  try {
    return path === undefined ? undefined : readFileSync(path);
  } catch {
    // Gone since: no bytes to compare.
    return undefined;
  }
}

/** The content of a version, where it is still to be had. */
export function contentOf(version: Version): Buffer | undefined {
  if (version.maker.kind === 'compile') return bytesOf(version.maker.compile.keptObject);
  return identityOf(version.path) === version.identity ? bytesOf(version.path) : undefined;
}

const push = <K, V>(map: Map<K, V[]>, key: K, value: V): void => {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
};

export class Versions {
  readonly #byPath = new Map<string, Version[]>();
  readonly #byIdentity = new Map<Identity, Version[]>();
  readonly #bySize = new Map<string, Version[]>();

  add(version: Version): void {
    push(this.#byPath, version.path, version);
    if (version.identity === ABSENT || version.identity === '') return;
    push(this.#byIdentity, version.identity, version);
    push(this.#bySize, sizeOf(version.identity) ?? '', version);
  }

  /**
   * The version that a command at `order` read at `path`. `identity`: of the file when it was read, `ABSENT` when unknown.
   * `copy`: a file with what it held then.
   */
  find(path: string, order: number, identity: Identity, copy?: string): Version | undefined {
    const before = (list: readonly Version[] | undefined) =>
      list?.findLast((version) => version.order < order) ?? list?.[0];
    const same = identity === ABSENT ? undefined : before(this.#byIdentity.get(identity));
    if (same !== undefined) return same;
    const there = before(this.#byPath.get(path));
    // What `ar x` unpacked has no identity of its own: trust its path.
    const trusted = there?.identity === ABSENT || (there && sizeOf(there.identity) === sizeOf(identity));
    if (identity === ABSENT || trusted) return there;
    return this.#copied(path, order, identity, copy) ?? there;
  }

  /** A version with the bytes that `path` has or had. */
  #copied(path: string, order: number, identity: Identity, copy: string | undefined): Version | undefined {
    const candidates = (this.#bySize.get(sizeOf(identity) ?? '') ?? []).filter(
      (version) => version.order < order,
    );
    if (candidates.length === 0) return undefined;
    const there = bytesOf(copy ?? (identityOf(path) === identity ? path : undefined));
    const equal = there && candidates.findLast((version) => contentOf(version)?.equals(there));
    if (equal !== undefined) return equal;
    const unknown = candidates.filter((version) => there === undefined || contentOf(version) === undefined);
    const named = unknown.filter((version) => basename(version.path) === basename(path));
    const [only, ...others] = named.length > 0 ? named : unknown;
    return others.length === 0 ? only : undefined;
  }

  /** The last version of each path. */
  last(): Version[] {
    return [...this.#byPath.values()].map((list) => list.at(-1)!);
  }

  /** All versions with exactly this size, for recognising copies. */
  ofSize(size: string): readonly Version[] {
    return this.#bySize.get(size) ?? [];
  }
}

/** Whether there is a regular file at `path`. */
export const isFile = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
