// The gate as a hook asks it, and the hooks themselves: installed beside what is there, and taken back.

import { count, EXIT } from '@swarm/core';
import { installHooks, openTrees, openWorkTree, uninstallHooks } from '@swarm/tasks';
import { runSample } from '../sample/run.js';
import type { Status } from '../terminal/status.js';
import type { Told } from '../terminal/told.js';
import { type CheckFlags, runCheck } from './check.js';
import { shownPath } from './context.js';
import { cleanEnvironment } from './environment.js';
import { rulesOf } from './rules.js';

/** What the config of the commit that the work began at asks of this hook. */
export async function runHook(hook: string, flags: CheckFlags, status: Status): Promise<Told> {
  const trees = await openTrees({ dir: flags.dir, env: process.env });
  const head = await trees.treeOf('HEAD');
  const nothing: Told = { document: {}, lines: [], exit: EXIT.done };
  if (head === undefined) return nothing;
  const { gate } = (await rulesOf(trees, head)).config;
  const level = hook === 'pre-commit' ? (gate.preCommit ?? 'sample') : (gate.prePush ?? 'full');
  if (level === 'off') return nothing;
  if (level === 'full') return runCheck(flags, status);
  cleanEnvironment(process.env, trees.top);
  const sample = {
    ...{ dir: trees.top, next: false, failed: true, changed: true, list: false },
    jobs: flags.jobs,
  };
  return { ...(await runSample(sample, [], status)) };
}

/** `argv`: the words that run swarm. */
export async function install(dir: string, argv: readonly string[], branch: string): Promise<Told> {
  const report = await installHooks(dir, { argv, branch }, process.env);
  const lines = report.hooks.map(
    ({ hook, file, before }) =>
      `HOOK ${hook}: ${shownPath(file)}${before === undefined ? '' : `; ${shownPath(before)} runs first`}`,
  );
  return {
    document: { schema: 'swarm.hooks/1', ...report, branch },
    lines: [
      ...report.notHeld.map(({ worktree, reason }) => `ERROR ${worktree}: not gated: ${reason}`),
      ...lines,
      `pushes to ${branch} and commits are gated in ${report.notHeld.length === 0 ? 'every working tree' : 'the others'}; git commit --no-verify gets past hooks, a gated hub does not let it (docs/gated-hub.md)`,
    ],
    exit: report.notHeld.length === 0 ? EXIT.done : EXIT.refused,
  };
}

export async function uninstall(dir: string): Promise<Told> {
  const removed = await uninstallHooks(dir, process.env);
  const { top } = await openWorkTree({ dir, remote: 'origin', branch: 'main' });
  return {
    document: { schema: 'swarm.hooks/1', hooks: [], notHeld: [], removed },
    lines: [
      removed.length === 0
        ? `no hook of the gate in ${top}`
        : `REMOVED ${count(removed.length, 'hook')}; what was there before is back as it was`,
    ],
    exit: EXIT.done,
  };
}
