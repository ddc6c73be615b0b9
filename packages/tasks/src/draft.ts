// Making a commit for one of the hub's own refs, in one process that touches no working tree and no index: `git fast-import`.

import { createWorkDir } from '@swarm/host';
import { localProblem } from './git-problem.js';
import type { HubRepository } from './repository.js';

/** A commit that no ref at the hub has yet. */
export interface Draft {
  readonly commit: string;
  remove(): Promise<void>;
}

/** A change of the commit's files. Paths hold no newline and begin with no quote. */
export type FileEdit =
  | { readonly kind: 'write'; readonly path: string; readonly bytes: Uint8Array }
  /** A file, or a folder with all in it; there may be none. */
  | { readonly kind: 'delete'; readonly path: string };

export interface DraftWish {
  /** Left out: the first commit. */
  readonly parent: string | undefined;
  readonly message: string;
  readonly edits: readonly FileEdit[];
}

export async function draftCommit(repository: HubRepository, wish: DraftWish): Promise<Draft> {
  const folder = await createWorkDir(repository.drafts);
  try {
    const ref = `refs/draft/${folder.cookie}/made`;
    const made = await repository.git.run(
      ['fast-import', '--quiet', '--done', '--force'],
      importStream(ref, wish),
    );
    if (made.kind === 'failed') throw localProblem(made, repository.top);
    return { commit: made.stdout.trim(), remove: () => folder.remove() };
  } catch (error) {
    await folder.remove();
    throw error;
  }
}

/** Who commits to the hub's refs: nobody's name, since nobody wrote it by hand; the time is for people who look. */
export const committer = (): string => `swarm <swarm@localhost> ${Math.floor(Date.now() / 1000)} +0000`;

function importStream(ref: string, { parent, message, edits }: DraftWish): Buffer {
  const parts: (string | Uint8Array)[] = [`commit ${ref}\nmark :1\ncommitter ${committer()}\n`];
  const data = (bytes: Uint8Array) => parts.push(`data ${bytes.length}\n`, bytes, '\n');
  data(Buffer.from(message));
  if (parent !== undefined) parts.push(`from ${parent}\n`);
  for (const edit of edits)
    if (edit.kind === 'delete') parts.push(`D ${edit.path}\n`);
    else {
      parts.push(`M 100644 inline ${edit.path}\n`);
      data(edit.bytes);
    }
  parts.push('\nget-mark :1\ndone\n');
  return Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : part)));
}
