// Installing the gate's hooks beside whatever is there, and taking them back so that every byte is as it was.
//
// Where git looks in its usual folder (shared by all linked worktrees), our hook takes the place of the old one, which is kept
// beside it: so pre-commit and lefthook, which write there, can be installed before or after. Where `core.hooksPath` says another
// folder (husky, or hooks that are committed), nothing in it is touched: the setting is pointed at a folder of ours whose
// hooks hand on to those, every one in its own place.

import { existsSync } from 'node:fs';
import { chmod, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { isAbsolute, join, resolve } from 'node:path';
import { makeFolder, writeFileAtomic } from '@swarm/host';
import { Git } from '../git.js';
import { localProblem } from '../git-problem.js';
import {
  CLIENT_HOOKS,
  GATED_HOOKS,
  type GatedHook,
  HOOK_OF_GATE,
  type HookWish,
  handingOn,
  hookIn,
  hookScript,
} from './hook-script.js';

interface InstalledHook {
  readonly hook: GatedHook;
  readonly file: string;
  /** The hook that was there, and runs first. */
  readonly before?: string;
}

export interface HookReport {
  readonly hooks: readonly InstalledHook[];
  /** Working trees in which git would run another hook than ours: it says why. */
  readonly notHeld: readonly { readonly worktree: string; readonly reason: string }[];
}

const KEPT = '.before-swarm';
const OWN_FOLDER = 'swarm-hooks';

interface Place {
  readonly git: Git;
  readonly top: string;
  /** The folder that all linked worktrees share. */
  readonly common: string;
  readonly config: string;
  /** `core.hooksPath` as it is in force without ours. */
  readonly path: string | undefined;
}

/** Install, or write anew. Throws `no-repository`, `disk-full`, `read-only` (exit 3). */
export async function installHooks(dir: string, wish: HookWish, env: NodeJS.ProcessEnv): Promise<HookReport> {
  const place = await openPlace(dir, env);
  const hooks =
    place.path === undefined ? await inPlace(place, wish) : await inFront(place, place.path, wish);
  return { hooks, notHeld: await notHeld(place, hooks) };
}

/** Take them back; the hooks that were removed. */
export async function uninstallHooks(dir: string, env: NodeJS.ProcessEnv): Promise<string[]> {
  const place = await openPlace(dir, env);
  const own = join(place.common, OWN_FOLDER);
  const removed: string[] = [];
  if (existsSync(own)) {
    await restoreConfig(place, own);
    removed.push(...GATED_HOOKS.map((hook) => join(own, hook)));
    await rm(own, { recursive: true, force: true });
  }
  for (const hook of GATED_HOOKS) {
    const file = join(place.common, 'hooks', hook);
    if (!(await isOurs(file))) continue;
    if (existsSync(`${file}${KEPT}`)) await rename(`${file}${KEPT}`, file);
    else await rm(file);
    removed.push(file);
  }
  return removed;
}

async function openPlace(dir: string, env: NodeJS.ProcessEnv): Promise<Place> {
  const make = (at: string) =>
    new Git({ dir: at, env, variables: {}, signal: undefined, silenceMs: 30_000, onGit: undefined });
  const found = await make(dir).run([
    ...['rev-parse', '--path-format=absolute', '--show-toplevel', '--git-common-dir'],
  ]);
  if (found.kind === 'failed') throw localProblem(found, dir);
  const [top = dir, common = dir] = found.stdout.trimEnd().split('\n');
  const git = make(top);
  const config = join(common, 'config');
  const path = await hooksPath(git, join(common, OWN_FOLDER));
  return { git, top, common, config, path };
}

/** The setting that counts, but for ours and for what our own git is run with. */
async function hooksPath(git: Git, own: string): Promise<string | undefined> {
  const all = await git.run(['config', '--show-scope', '--null', '--get-all', 'core.hooksPath']);
  if (all.kind === 'failed') return undefined;
  const fields = all.stdout.split('\0');
  const values: string[] = [];
  for (let i = 0; i + 1 < fields.length; i += 2) if (fields[i] !== 'command') values.push(fields[i + 1]!);
  if (values.at(-1) !== own) return values.at(-1);
  return (await readFile(join(own, 'previous'), 'utf8').catch(() => undefined)) ?? undefined;
}

/** In git's own folder. */
async function inPlace({ common }: Place, wish: HookWish): Promise<InstalledHook[]> {
  const folder = join(common, 'hooks');
  makeFolder(folder, 'hooks');
  const installed: InstalledHook[] = [];
  for (const hook of GATED_HOOKS) {
    const file = join(folder, hook);
    const before = `${file}${KEPT}`;
    if (existsSync(file) && !(await isOurs(file))) await rename(file, before);
    await writeProgram(file, hookScript(hook, wish, hookIn(folder, `${hook}${KEPT}`)));
    installed.push({ hook, file, ...(existsSync(before) ? { before } : {}) });
  }
  return installed;
}

/** In a folder of ours, in front of the one that the setting names. */
async function inFront(
  { git, top, common, config }: Place,
  path: string,
  wish: HookWish,
): Promise<InstalledHook[]> {
  const own = join(common, OWN_FOLDER);
  if (!existsSync(join(own, 'config.before'))) {
    makeFolder(own, 'hooks');
    await writeFile(join(own, 'previous'), path);
    await writeFileAtomic(join(own, 'config.before'), await readFile(config));
  }
  for (const hook of CLIENT_HOOKS) await writeProgram(join(own, hook), handingOn(hookIn(path, hook)));
  const installed: InstalledHook[] = [];
  for (const hook of GATED_HOOKS) {
    const file = join(own, hook);
    await writeProgram(file, hookScript(hook, wish, hookIn(path, hook)));
    const before = isAbsolute(path) ? join(path, hook) : resolve(top, path, hook);
    installed.push({ hook, file, ...(existsSync(before) ? { before } : {}) });
  }
  const set = await git.run(['config', '--local', 'core.hooksPath', own]);
  if (set.kind === 'failed') throw localProblem(set, top);
  await writeFile(join(own, 'config.after'), await readFile(config));
  return installed;
}

/** The file as it was, if nobody else has changed it since; else just the setting. */
async function restoreConfig({ git, config }: Place, own: string): Promise<void> {
  const [now, after, before] = await Promise.all(
    [config, join(own, 'config.after'), join(own, 'config.before')].map((file) =>
      readFile(file).catch(() => undefined),
    ),
  );
  if (now !== undefined && before !== undefined && after?.equals(now)) return writeFile(config, before);
  const present = await git.run(['config', '--local', '--get', '--default', '', 'core.hooksPath']);
  if (present.kind === 'failed' || present.stdout.trim() !== own) return;
  const previous = await readFile(join(own, 'previous'), 'utf8').catch(() => '');
  const wasLocal = /^\s*hookspath\s*=/im.test(before?.toString() ?? '');
  await git.run(
    wasLocal
      ? ['config', '--local', 'core.hooksPath', previous]
      : ['config', '--local', '--unset', 'core.hooksPath'],
  );
}

async function writeProgram(file: string, text: string): Promise<void> {
  await writeFileAtomic(file, text, { mode: 0o755 });
  await chmod(file, 0o755);
}

const isOurs = async (file: string): Promise<boolean> =>
  (await readFile(file, 'utf8').catch(() => '')).includes(HOOK_OF_GATE);

/** Ask git in each working tree which file it would run. */
async function notHeld(place: Place, hooks: readonly InstalledHook[]): Promise<HookReport['notHeld']> {
  const list = await place.git.run(['worktree', 'list', '--porcelain', '-z']);
  const trees = (list.kind === 'done' ? list.stdout : '')
    .split('\0')
    .filter((line) => line.startsWith('worktree '))
    .map((line) => line.slice('worktree '.length));
  const problems: { worktree: string; reason: string }[] = [];
  for (const worktree of trees) {
    if ((await stat(worktree).catch(() => undefined))?.isDirectory() !== true) continue;
    const here = await openPlace(worktree, process.env).catch(() => undefined);
    if (here === undefined) continue;
    const effective = await effectiveFolder(here);
    const wrong = hooks.filter(({ hook, file }) => join(effective, hook) !== file);
    if (wrong.length > 0) problems.push({ worktree, reason: `git looks for hooks in ${effective} there` });
  }
  return problems;
}

async function effectiveFolder({ git, top, common }: Place): Promise<string> {
  const all = await git.run(['config', '--show-scope', '--null', '--get-all', 'core.hooksPath']);
  const fields = all.kind === 'done' ? all.stdout.split('\0') : [];
  let found: string | undefined;
  for (let i = 0; i + 1 < fields.length; i += 2) if (fields[i] !== 'command') found = fields[i + 1];
  return found === undefined ? join(common, 'hooks') : resolve(top, found);
}
