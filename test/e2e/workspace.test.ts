// Workspaces as a person has them: made, listed, used, removed and collected; killed and made at once; within limits.

import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type AgentsProject, agentsProject, git } from '../kit/agents-project.ts';
import { needs } from '../kit/needs.ts';
import { processesLeft } from '../kit/processes.ts';
import { start } from '../kit/swarm.ts';

interface Document {
  readonly workspaces: readonly {
    name: string;
    state: string;
    path: string;
    uncommitted: number;
    unpushed: number;
  }[];
  readonly removed: readonly { name: string; uncommitted: number; unpushed: number }[];
  readonly kept: readonly { name: string; reason: string }[];
}

const schemaFile = new URL('../../docs/schemas/swarm.workspace.1.json', import.meta.url);
const isDocument = new Ajv({ allErrors: true }).compile(JSON.parse(readFileSync(schemaFile, 'utf8')));

let place: AgentsProject;
beforeEach(() => {
  place = agentsProject({ 'a.txt': 'one\n', '.gitignore': '/build\n' });
});
afterEach(() => place.remove());

const run = (...args: string[]) => place.swarm(['workspace', ...args]);
const tree = (name: string) => place.path('checkout/.swarm/workspaces/at', name, 'tree');
const folders = () => {
  mkdirSync(place.path('checkout/.swarm/workspaces/at'), { recursive: true });
  return readdirSync(place.path('checkout/.swarm/workspaces/at'));
};

async function document(...args: string[]): Promise<Document> {
  const printed = (await run(...args, '--json')).json<Document>();
  expect(isDocument(printed), JSON.stringify(isDocument.errors)).toBe(true);
  return printed;
}

describe.each(['clone', 'worktree'])('a workspace as a %s', (isolation) => {
  test('is on a branch of its own, with the hub as remote and the agent as author', async () => {
    const made = await document('create', 'ada', '--isolation', isolation);
    expect(made.workspaces).toMatchObject([{ name: 'ada', isolation, state: 'ready', path: tree('ada') }]);
    const script =
      'git commit --quiet --allow-empty -m Work; git log -1 --format="%an <%ae> %D"; git remote get-url origin';
    const worked = await run('exec', 'ada', '--', 'sh', '-c', script);
    expect(worked.stdout).toBe(`ada <ada@swarm.invalid> HEAD -> swarm/ada\n${place.hub}\n`);
  });

  test('stays while it holds work that is nowhere else, and goes by force', async () => {
    await run('create', 'ada', '--isolation', isolation);
    writeFileSync(`${tree('ada')}/new.txt`, 'new\n');
    const kept = await run('remove', 'ada');
    expect([kept.code, kept.stdout]).toEqual([1, 'ERROR workspace ada: kept: 1 uncommitted change\n']);
    git(tree('ada'), 'add', '.');
    git(tree('ada'), 'commit', '--quiet', '--message=New');
    expect((await document('list')).workspaces).toMatchObject([{ uncommitted: 0, unpushed: 1 }]);
    expect((await document('remove', 'ada', '--force')).removed).toEqual([
      { name: 'ada', uncommitted: 0, unpushed: 1 },
    ]);
    expect(folders()).toEqual([]);
    expect(git(place.checkout, 'worktree', 'list', '--porcelain').match(/^worktree/gm)).toHaveLength(1);
    expect(git(place.checkout, 'branch', '--format=%(refname:short)')).toBe('main');
  });

  test('goes when its work has landed, also as another commit', async () => {
    await run('create', 'ada', '--isolation', isolation);
    writeFileSync(`${tree('ada')}/new.txt`, 'new\n');
    git(tree('ada'), 'add', '.');
    git(tree('ada'), 'commit', '--quiet', '--message=New');
    writeFileSync(`${place.checkout}/other.txt`, 'other\n');
    git(place.checkout, 'add', '.');
    git(place.checkout, 'commit', '--quiet', '--message=Other');
    git(place.checkout, 'fetch', '--quiet', tree('ada'), 'HEAD');
    git(place.checkout, 'cherry-pick', 'FETCH_HEAD');
    git(place.checkout, 'push', '--quiet', 'origin', 'main');
    git(tree('ada'), 'fetch', '--quiet');
    expect((await run('remove', 'ada')).stdout).toBe('removed ada\n');
  });

  test('that is killed while it is made leaves nothing that the next start does not clean', async () => {
    for (const ms of [250, 400]) {
      const running = place.start(['workspace', 'create', 'ada', '--isolation', isolation]);
      running.killAfter(ms);
      await running.ended;
      await run('list');
      await run('remove', 'ada');
      expect(folders()).toEqual([]);
    }
    expect((await run('create', 'ada', '--isolation', isolation)).code).toBe(0);
  });

  test('of one name is made once, however many try', async () => {
    const tries = await Promise.all([1, 2, 3].map(() => run('create', 'ada', '--isolation', isolation)));
    expect(tries.map(({ code }) => code).sort()).toEqual([0, 1, 1]);
    const losers = tries.filter(({ code }) => code === 1);
    for (const { stderr } of losers)
      expect(stderr).toMatch(/^ERROR workspace ada: already there, a (clone|worktree) of /);
    expect((await document('list')).workspaces).toMatchObject([{ name: 'ada', state: 'ready' }]);
  });

  test('keeps build outputs for the next one of its name', async () => {
    await run('create', 'ada', '--isolation', isolation, '--keep', 'build');
    await run('exec', 'ada', '--', 'sh', '-c', 'echo object >build/a.o');
    expect((await run('remove', 'ada')).stdout).toBe('removed ada\n');
    await run('create', 'ada', '--isolation', isolation, '--keep', 'build');
    expect((await run('exec', 'ada', '--', 'cat', 'build/a.o')).stdout).toBe('object\n');
    await run('remove', 'ada');
    expect((await run('gc', '--caches')).stdout).toBe('removed the cache of ada\n');
  });
});

test('a worktree needs an address of the hub that holds from everywhere', async () => {
  git(place.checkout, 'remote', 'set-url', 'origin', '../hub.git');
  const refused = await run('create', 'ada', '--isolation', 'worktree');
  expect([refused.code, refused.stderr.split('\n')[0]]).toEqual([
    2,
    'ERROR workspace: the address of origin, ../hub.git, is relative to the checkout',
  ]);
  expect((await run('create', 'ada')).code).toBe(0);
});

test("nobody else's prune takes a worktree, and only our own entry is removed", async () => {
  git(place.checkout, 'worktree', 'add', '--quiet', '../theirs');
  await run('create', 'ada', '--isolation', 'worktree');
  const moved = place.path('moved');
  renameSync(tree('ada'), moved);
  renameSync(place.path('theirs'), place.path('theirs-away'));
  expect(git(place.checkout, 'worktree', 'prune', '--expire=now', '--dry-run', '--verbose')).not.toContain(
    'tree:',
  );
  expect(git(place.checkout, 'worktree', 'list')).toContain('swarm/ada');
  expect((await run('remove', 'ada', '--force')).stdout).toBe('removed ada\n');
  expect(git(place.checkout, 'worktree', 'list')).toContain('theirs');
});

test("a clone doesn't lose what it borrows when the mirror is tidied", async () => {
  await run('create', 'ada');
  const mirrors = place.path('checkout/.swarm/workspaces/mirrors');
  const mirror = readdirSync(mirrors).find((name) => name.endsWith('.git'))!;
  git(place.checkout, 'commit', '--quiet', '--amend', '--message=Begin anew');
  git(place.checkout, 'push', '--quiet', '--force', 'origin', 'main');
  await run('create', 'bob'); // Fetches: what ada began from is on no branch of the mirror any more.
  const tidy = (...words: string[]) => {
    try {
      git(`${mirrors}/${mirror}`, ...words);
    } catch {} // Git refuses, or keeps what is needed: only the clone's health matters.
  };
  tidy('gc', '--prune=now', '--quiet');
  tidy('prune', '--expire=now');
  tidy('repack', '-a', '-d', '--quiet');
  git(tree('ada'), 'fsck', '--strict', '--no-dangling');
  expect(git(tree('ada'), 'log', '--format=%s')).toBe('Begin');
});

test("files without a record are nobody's to remove, an empty folder is", async () => {
  await run('create', 'ada');
  rmSync(`${tree('ada')}/../workspace.json`);
  mkdirSync(place.path('checkout/.swarm/workspaces/at/bob'));
  expect((await run('create', 'ada')).stderr).toMatch(/^ERROR workspace ada: .* holds files, and no record/);
  await run('gc', '--force');
  expect(folders()).toEqual(['ada']);
  expect(existsSync(`${tree('ada')}/a.txt`)).toBe(true);
});

test('a clone with objects of its own borrows nothing', async () => {
  await run('create', 'ada', '--dissociate');
  expect(existsSync(`${tree('ada')}/.git/objects/info/alternates`)).toBe(false);
  rmSync(place.path('checkout/.swarm/workspaces/mirrors'), { recursive: true });
  git(tree('ada'), 'fsck', '--strict');
});

test("gc removes what dead owners left, but not work, nor what is alive or nobody's", async () => {
  const owner = start(['sleep', '1000']);
  for (const name of ['clean', 'dirty']) await run('create', name, '--owner', String(owner.pid));
  await run('create', 'alive', '--owner', String(process.pid));
  await run('create', 'standing');
  writeFileSync(`${tree('dirty')}/a.txt`, 'changed\n');
  expect((await run('gc')).stdout).toBe('nothing to remove\n');
  owner.kill('SIGKILL');
  await owner.ended;
  const collected = await run('gc');
  expect(collected.stdout).toBe('removed clean\nERROR workspace dirty: kept: 1 uncommitted change\n');
  expect(collected.code).toBe(1);
  expect((await run('gc', '--force')).stdout).toBe('removed dirty, and with it 1 uncommitted, 0 unpushed\n');
  expect(folders()).toEqual(['alive', 'standing']);
});

test('a workspace is not removed while a command runs in it, but by force', async () => {
  await run('create', 'ada');
  const running = place.start(['workspace', 'exec', 'ada', '--', 'sh', '-c', 'touch ../up; sleep 1000']);
  while (!existsSync(`${tree('ada')}/../up`)) await new Promise((done) => setTimeout(done, 20));
  expect((await run('remove', 'ada')).stdout).toBe('ERROR workspace ada: kept: a command runs in it\n');
  expect((await run('remove', 'ada', '--force')).stdout).toBe('removed ada\n');
  await running.ended;
  expect(await processesLeft(tree('ada'))).toEqual([]);
});

test.each(needs('bwrap') ? ['clone', 'bubblewrap'] : ['clone'])(
  'a command in a %s is asked to end when swarm is, and then ended',
  async (isolation) => {
    await run('create', 'ada', '--isolation', isolation);
    const script = 'trap "echo asked; exit 3" TERM; touch up; sleep 1000 & wait';
    const running = place.start(['workspace', 'exec', 'ada', '--', 'bash', '-c', script]);
    while (!existsSync(`${tree('ada')}/up`)) await new Promise((done) => setTimeout(done, 20));
    running.kill('SIGTERM');
    const ended = await running.ended;
    expect([ended.code, ended.stdout]).toEqual([143, 'asked\n']);
    expect(ended.stderr).toMatch(/^ERROR workspace: interrupted\n/);
    expect(await processesLeft(tree('ada'))).toEqual([]);
  },
);

describe('limits', () => {
  test.each([
    [
      '--disk',
      '8M',
      'head -c 6000000 /dev/zero >b; head -c 6000000 /dev/zero >c; sleep 60',
      /filled more than 8 MiB of disk/,
    ],
    [
      '--processes',
      '5',
      'for i in 1 2 3 4 5 6 7 8 9 10 11 12; do sleep 60 & done; wait',
      /ran more than 5 processes/,
    ],
    [
      '--memory',
      '128M',
      'for i in 1 2 3 4 5; do (head -c 40000000 /dev/zero; sleep 60) | tail -c 40000000 & done; wait',
      /took more than 128 MiB of memory/,
    ],
  ])('%s %s ends what takes more', async (flag, size, script, said) => {
    await run('create', 'ada', flag, size);
    const ended = await run('exec', 'ada', '--', 'sh', '-c', script);
    expect(ended.stderr.split('\n')[0]).toMatch(said);
    expect(await processesLeft(tree('ada'))).toEqual([]);
  });

  test("a workspace that may take more than there is isn't let in", async () => {
    const refused = await run('create', 'ada', '--disk', '900T');
    expect(refused.code).toBe(1);
    expect(refused.stderr).toMatch(
      /^ERROR workspace ada: no room: it may take \d+ MiB of disk, and \d+ MiB are left\n/,
    );
    expect(folders()).toEqual([]);
  });
});

test('the config says what flags leave out', async () => {
  place.write(
    'checkout/swarm.config.yaml',
    'workspaces:\n  root: ../elsewhere\n  isolation: worktree\n  processes: 7\n  disk: 64M\n',
  );
  const [made] = (await document('create', 'ada', '--disk', '32M')).workspaces;
  expect(made).toMatchObject({
    isolation: 'worktree',
    path: place.path('elsewhere/at/ada/tree'),
    limits: { processes: 7, diskBytes: 32 * 2 ** 20 },
  });
  place.write('checkout/swarm.config.yaml', 'workspaces:\n  isolaton: clone\n  memory: lots\n');
  expect((await run('list')).stderr).toMatch(/did you mean `isolation`\?.*must be a size like 512M or 2G/);
});

test.each([
  [['create', '../x'], /^ERROR workspace "..\/x": not a name/],
  [['create', 'a', '--from', 'nowhere'], /^ERROR workspace: the hub has no branch or commit nowhere/],
  [['create', 'a', '--from=--output=x'], /^ERROR workspace: the hub has no branch or commit --output=x/],
  [['create', 'a', '--keep', '../x'], /^ERROR workspace: "..\/x" can't be kept/],
  [['create', 'a', '--remote', 'nowhere'], /^ERROR workspace: .* has no remote nowhere/],
  [['create', 'a', '--isolation', 'container'], /^ERROR workspace: a container needs an image/],
  [['create', 'a', '--memory', 'lots'], /^ERROR --memory lots: not a size/],
  [['exec', 'nobody', '--', 'true'], /^ERROR workspace nobody: there is none in /],
  [['remove', 'nobody'], /^ERROR workspace nobody: there is none in /],
])('%j is refused plainly', async (args, said) => {
  const refused = await run(...args);
  expect(refused.stderr).toMatch(said);
  expect(refused.code).toBe(2);
  expect(folders()).toEqual([]);
});

test('the status of a command comes through, and its streams are its own', async () => {
  await run('create', 'ada');
  const ended = await place.swarm(
    ['workspace', 'exec', 'ada', '--', 'sh', '-c', 'cat; echo err >&2; exit 7'],
    { input: 'in' },
  );
  expect([ended.code, ended.stdout, ended.stderr]).toEqual([7, 'in', 'err\n']);
  expect((await run('exec', 'ada', '--', 'sh', '-c', 'kill -9 $$')).code).toBe(137);
  expect((await run('exec', 'ada', '--', 'nonsuch')).stderr).toMatch(
    /^ERROR workspace ada: nonsuch could not be started/,
  );
});
