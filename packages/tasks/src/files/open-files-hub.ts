// The hub over files on its branch, put together: for fleets with agents that only know files. Every claim is a commit, which
// is the price of that layout; otherwise the same holds as with refs: who was second finds out, and who lost a claim can't land.

import { moveTask, settleDoubles, type Task, withAttempt } from '@swarm/core';
import { localProblem } from '../git-problem.js';
import type { Hub, HubOptions, Landing, LandResult } from '../hub.js';
import { LeaseFiles } from '../lease-files.js';
import { openRepository, quotePath } from '../repository.js';
import { SightingFile } from '../sighting-file.js';
import { sync } from '../sync.js';
import { Branch, isPartOf } from './branch.js';
import { FileClaims, taskFiles } from './claims.js';
import { FileStore } from './store.js';

export interface FilesHubOptions extends Omit<HubOptions, 'namespace'> {
  /** Default `main`. */
  readonly branch?: string;
  /** For how long a claim file holds that doesn't say it itself. */
  readonly ttlMs: number;
}

/** Open the hub of the working repository around `dir`. Throws as `openHub` does. */
export async function openFilesHub({
  branch: name = 'main',
  ttlMs,
  ...options
}: FilesHubOptions): Promise<Hub> {
  const repository = await openRepository({ ...options, namespace: `refs/swarm-files/${name}` });
  const found = await repository.work.run([
    'rev-parse',
    '--path-format=absolute',
    '--is-shallow-repository',
    '--git-path',
    'objects',
  ]);
  if (found.kind === 'failed') throw localProblem(found, repository.top);
  const [shallow, objects = ''] = found.stdout.trimEnd().split('\n');
  const git = repository.git.adding({ GIT_ALTERNATE_OBJECT_DIRECTORIES: quotePath(objects) });
  const seeing = { ...repository, git };
  const leases = new LeaseFiles(repository.state);
  const fetching = shallow === 'true' ? repository : seeing;
  const branch = new Branch(
    seeing,
    fetching,
    new SightingFile(repository.state, repository.clock),
    name,
    ttlMs,
  );
  const look = async () => {
    const { now, claims, own } = await leases.settle(() => branch.look());
    const leased = own.map(({ lease }) => lease);
    return { tasks: settleDoubles(now.tasks), broken: now.broken, claims, own: leased };
  };
  return {
    store: new FileStore(branch),
    claims: new FileClaims(branch, leases),
    look,
    glance: async () => {
      const { tasks, ...rest } = await look();
      return { heads: tasks, ...rest };
    },
    land: (landing) => land(branch, leases, landing),
    // Without our own objects at hand: what the working repository fetches must be in it, not only here.
    sync: (request) =>
      sync(
        { ...repository, work: repository.work.adding({ GIT_ALTERNATE_OBJECT_DIRECTORIES: '' }) },
        request?.branch ?? name,
      ),
  };
}

/** The work, and on top of it a commit that closes the task and removes the claim: the branch gets both or neither. */
async function land(
  branch: Branch,
  leases: LeaseFiles,
  { lease, commit, note, at }: Landing,
): Promise<LandResult> {
  const { repository } = branch;
  const named = await repository.work.run([
    'rev-parse',
    '--verify',
    '--end-of-options',
    `${commit}^{commit}`,
  ]);
  if (named.kind === 'failed') throw localProblem(named, repository.top);
  const work = named.stdout.trim();
  const result = await branch.change<LandResult>(`landing ${lease.task}`, async ({ now }) => {
    const present = now.claims.get(lease.task);
    if (present?.lease.token !== lease.token) return { kind: 'stop', result: { kind: 'lease-lost' } };
    const task: Task | undefined = now.tasks.find(({ id }) => id === lease.task);
    if (task?.state !== 'open')
      return { kind: 'stop', result: task === undefined ? { kind: 'gone' } : { kind: 'gone', task } };
    if (!(await isPartOf(repository, now.tip, work)))
      return { kind: 'stop', result: { kind: 'base-moved', base: now.tip } };
    const touched = await changedPaths(branch, now.tip, work);
    const said = { ...(note === undefined ? {} : { note }), ...(at === undefined ? {} : { at }) };
    const attempt = { agent: lease.holder, outcome: 'landed', touched, ...said };
    const closed = moveTask(withAttempt(task, attempt), 'landed', work);
    return {
      kind: 'commit',
      onto: work,
      message: `Finish ${lease.task}`,
      files: [{ path: present.path }, ...taskFiles(now, closed)],
    };
  });
  if (result.kind === 'declined') return { kind: 'refused', reason: result.reason };
  if (result.kind === 'stop') return result.result;
  await leases.forget(lease);
  return { kind: 'landed', commit: work };
}

async function changedPaths({ repository }: Branch, from: string, to: string): Promise<string[]> {
  const words = ['diff', '--name-only', '-z', '--no-renames', '--end-of-options', `${from}...${to}`];
  const changed = await repository.git.run(words);
  return changed.kind === 'done' ? changed.stdout.split('\0').filter((path) => path !== '') : [];
}
