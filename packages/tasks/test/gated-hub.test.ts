// A hub that guards main: what it lets through, and every way around it that we know.

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Certificates, initHub, openCertificates, ownGateKey, publicKeyOf } from '@swarm/tasks';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { needs } from '../../../test/kit/needs.ts';
import { type Workplace, workplace } from './workplace.ts';

const CERTIFICATES = 'refs/swarm/certificates';

describe.runIf(needs('ssh-keygen'))('a hub with a gate', () => {
  let place: Workplace;
  let gate: Certificates;
  let forger: Certificates;

  const keyAt = (folder: string) => ownGateKey({ XDG_CONFIG_HOME: join(place.dir, folder) });
  const git = (...words: string[]) => place.git('ann', ...words).trim();
  const tree = (revision: string) => git('rev-parse', `${revision}^{tree}`);
  const main = () => place.git('hub.git', 'rev-parse', 'main').trim();
  const suite = { suite: 'all', environment: 'here' };
  /** A certificate for a commit of Ann's on what main is now. */
  const certify = (by: Certificates, commit = 'HEAD', base = main()) =>
    by.add({
      tree: tree(commit),
      base: place.git('hub.git', 'rev-parse', `${base}^{tree}`).trim(),
      ...suite,
    });
  /** What the hub says to a push; empty when it took it. */
  const push = (...words: string[]): string => {
    const done = spawnSync('git', ['push', '--porcelain', 'origin', ...words], {
      cwd: place.clone('ann'),
      encoding: 'utf8',
    });
    return done.status === 0 ? '' : `${done.stdout}${done.stderr}`;
  };
  const atMain = (): void => void git('reset', '--quiet', '--hard', main());

  beforeAll(async () => {
    place = await workplace('ann');
    const [own, foreign] = [await keyAt('owner'), await keyAt('forger')];
    place.write(
      'hub.git/hooks/pre-receive',
      '#!/bin/sh\nwhile read -r a b ref; do echo "$ref" >>asked; done\n',
    );
    await initHub(place.hubDir, { signers: [await publicKeyOf(own)] });
    const options = { dir: place.clone('ann'), random: Math.random };
    gate = await openCertificates({ ...options, key: own });
    forger = await openCertificates({ ...options, key: foreign });
  });
  afterAll(() => place.remove());

  test('takes a certified tree on the main that it was gated against, however many commits it has', async () => {
    place.work('ann', 'a.c', 'int broken');
    place.work('ann', 'a.c', 'int a;\n');
    const commit = git('rev-parse', 'HEAD');
    const said = push('HEAD:main');
    expect(said).toMatch(/no certificate for tree [0-9a-f]{40} on top of [0-9a-f]{40}/);
    expect(said).toContain('`swarm land`');
    expect(push('--no-verify', 'HEAD:main')).toContain('no certificate');
    await certify(gate);
    expect(await gate.find(tree('HEAD'), tree('origin/main'))).toMatchObject(suite);
    expect(await forger.find(tree('HEAD'), tree('origin/main'))).toBeUndefined();
    expect(push('HEAD:main')).toBe('');
    expect(main()).toBe(commit);
  });

  test('takes a merge, and a certificate that comes in the same push', async () => {
    git('checkout', '--quiet', '-b', 'side', 'HEAD~1');
    place.work('ann', 'side.c', 'int side;\n');
    git('checkout', '--quiet', '--detach', main());
    git('merge', '--quiet', '--no-ff', '-m', 'merge', 'side');
    const before = place.git('hub.git', 'rev-parse', CERTIFICATES).trim();
    await certify(gate);
    git('fetch', '--quiet', 'origin', `${CERTIFICATES}:refs/heads/made`);
    place.git('hub.git', 'update-ref', CERTIFICATES, before);
    expect(push('HEAD:main')).toContain('no certificate');
    expect(push('--atomic', 'HEAD:main', `made:${CERTIFICATES}`)).toBe('');
    expect(main()).toBe(git('rev-parse', 'HEAD'));
  });

  test('never lets main go back, away, or to a good tree of another day', async () => {
    const [good, earlier] = [main(), git('rev-parse', `${main()}~1`)];
    expect(push(':main')).toContain("can't be deleted");
    expect(push(`+${earlier}:main`)).toContain('only moves forward');
    const orphan = git('commit-tree', '-m', 'no history', tree(good));
    expect(push(`+${orphan}:main`)).toContain('only moves forward');
    // The tree of the commit before was certified when main was there: not on top of what has landed since.
    const revert = git('commit-tree', '-p', good, '-m', 'take it back', tree(earlier));
    expect(push(`${revert}:main`)).toContain('no certificate');
    expect(push(`${tree(good)}:main`)).not.toBe('');
    expect(main()).toBe(good);
  });

  test('counts no signature but that of its own signers, and no text but the signed one', async () => {
    atMain();
    place.work('ann', 'b.c', 'int b;\n');
    await certify(forger);
    expect(push('HEAD:main')).toContain('bears no signature that counts here');
    // A true certificate under another tree's name.
    const [file] = git('ls-tree', '-r', '--name-only', '-z', 'made').split('\0');
    const blob = git('rev-parse', `made:${file}`);
    const [own, base] = [tree('HEAD'), tree(main())];
    const inner = spawnSync('git', ['mktree'], {
      cwd: place.clone('ann'),
      input: `100644 blob ${blob}\t${own}.${base}\n`,
      encoding: 'utf8',
    }).stdout.trim();
    const outer = spawnSync('git', ['mktree'], {
      cwd: place.clone('ann'),
      input: `040000 tree ${inner}\t${own.slice(0, 2)}\n`,
      encoding: 'utf8',
    }).stdout.trim();
    const forged = git('commit-tree', '-m', 'forged', outer);
    expect(push(`+${forged}:${CERTIFICATES}`, 'HEAD:main')).toContain('is about something else');
    expect(push(`:${CERTIFICATES}`, 'HEAD:main')).toContain('no certificate');
  });

  test('is not taken in by replaced objects', async () => {
    atMain();
    const honest = place.work('ann', 'c.c', 'int c;\n');
    await certify(gate);
    atMain();
    const evil = place.work('ann', 'c.c', 'int evil;\n');
    git('replace', evil, honest);
    expect(push(`refs/replace/*:refs/replace/*`)).toBe('');
    expect(push(`${evil}:main`)).toContain('no certificate');
    expect(push(`${evil}:refs/heads/side`)).toBe('');
    git('replace', '--delete', evil);
  });

  test('leaves everything else alone, and lets work land with its claim', async () => {
    expect(push('HEAD:refs/heads/topic', 'HEAD:refs/swarm/anything')).toBe('');
    await place.addTasks('task');
    const ann = await place.hub('ann');
    const claimed = await ann.claims.claim({ task: 'task', holder: 'ann', ttlMs: 60_000 });
    const { lease } = claimed as Extract<typeof claimed, { kind: 'claimed' }>;
    atMain();
    place.work('ann', 'd.c', 'int d;\n');
    const refused = await ann.land({ lease, commit: 'HEAD' });
    expect(refused).toMatchObject({ kind: 'refused', reason: expect.stringContaining('no certificate') });
    expect(Object.keys(place.claims())).toEqual(['task']);
    await certify(gate);
    expect(await ann.land({ lease, commit: 'HEAD' })).toMatchObject({ kind: 'landed' });
    expect(place.claims()).toEqual({});
  });

  test('asks the hook that was there before, also after it was guarded again', async () => {
    await initHub(place.hubDir, { signers: [] });
    expect(existsSync(join(place.hubDir, 'asked'))).toBe(true);
    place.write('hub.git/hooks/pre-receive.before-swarm', '#!/bin/sh\necho not today >&2\nexit 1\n');
    expect(push('HEAD:refs/heads/other')).toContain('not today');
  });
});
