// What a hostile program can't do from inside a sandbox. The same list for bubblewrap and for a container; docs/workspaces.md
// has it for people.

import { existsSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type AgentsProject, agentsProject, git } from '../kit/agents-project.ts';
import { containerEngine } from '../kit/container-engine.ts';
import { project } from '../kit/folder.ts';
import { needs } from '../kit/needs.ts';
import { processesLeft } from '../kit/processes.ts';
import type { Ended } from '../kit/swarm.ts';

const home = project({ secret: 'the secret of the home\n' }, 'swarm-home-');
const engine = containerEngine(project({}, 'swarm-podman-'));
const bubblewrap = needs('bwrap');
let server: Server;
let port = 0;

beforeAll(async () => {
  server = createServer((socket) => socket.end('reached\n'));
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  port = (server.address() as { port: number }).port;
});
afterAll(() => server.close());

const sandboxes = [
  ...(bubblewrap
    ? [{ isolation: 'bubblewrap', flags: [] as string[], env: {} as Record<string, string> }]
    : []),
  ...(engine === undefined
    ? []
    : [
        {
          isolation: 'container',
          flags: ['--image', engine.image, '--engine', 'podman'],
          env: { ...engine.env },
        },
      ]),
];

describe.each(sandboxes)('from inside $isolation', ({ isolation, flags, env }) => {
  let place: AgentsProject;
  const swarm = (args: string[], more: Record<string, string> = {}): Promise<Ended> =>
    place.swarm(['workspace', ...args], { env: { ...env, HOME: home.dir, ...more } });
  const inside = (script: string, more?: Record<string, string>) =>
    swarm(['exec', 'eve', '--', 'bash', '-c', script], more);
  const tree = (name: string) => place.path('checkout/.swarm/workspaces/at', name, 'tree');

  beforeAll(async () => {
    place = agentsProject();
    const made = await swarm([
      'create',
      'eve',
      '--isolation',
      isolation,
      '--keep',
      'build',
      '--pass',
      'ALLOWED',
      ...flags,
    ]);
    expect(made.stderr + made.code).toBe('0');
    expect((await swarm(['create', 'bob'])).code).toBe(0);
  });

  test("the host's home can't be read", async () => {
    const tried = await inside(
      `cat '${home.path('secret')}' /root/.bashrc /etc/shadow; ls '${home.dir}'; echo "HOME=$HOME"`,
    );
    expect(tried.stdout).not.toContain('the secret');
    expect(tried.stdout).toBe(`HOME=${place.path('checkout/.swarm/workspaces/at/eve/home')}\n`);
  });

  test('nothing outside can be written', async () => {
    const outside = [place.checkout, place.hub, home.dir, tree('bob'), '/usr', '/etc', '/var/tmp', '/'];
    await inside(outside.map((dir) => `mkdir -p '${dir}'; echo x >'${dir}/planted-by-eve'`).join('\n'));
    expect(outside.filter((dir) => existsSync(`${dir}/planted-by-eve`))).toEqual([]);
    await inside(`echo x >/tmp/planted-by-eve`);
    expect(existsSync('/tmp/planted-by-eve')).toBe(false);
  });

  test('other workspaces and the hub are not there', async () => {
    const tried = await inside(
      `cat '${tree('bob')}/a.txt' '${place.hub}/HEAD' '${place.checkout}/a.txt'; ls '${tree('bob')}'`,
    );
    expect(tried.stdout).toBe('');
    expect(tried.code).not.toBe(0);
  });

  test('no process of the host is seen', async () => {
    const seen = await inside('for dir in /proc/[0-9]*; do tr "\\0" " " <$dir/cmdline; echo; done');
    expect(seen.stdout).not.toContain('vitest');
    expect(seen.stdout.trim().split('\n').length).toBeLessThan(8);
  });

  test('there is no network', async () => {
    const tried = await inside(`exec 3<>/dev/tcp/127.0.0.1/${port} && cat <&3; head -c 4000 /proc/net/dev`);
    expect(tried.stdout).not.toContain('reached');
    expect(tried.stdout.match(/^\s*\w+:/gm)?.map((line) => line.trim())).toEqual(['lo:']);
  });

  test('only variables that were let through come in', async () => {
    const seen = await inside('env', { TOKEN: 'hidden', ALLOWED: 'let through' });
    expect(seen.stdout).toContain('ALLOWED=let through');
    expect(seen.stdout).not.toContain('hidden');
  });

  test("git outside can't be made to run anything, or to write elsewhere", async () => {
    const trap = place.path('trapped');
    await inside(`
      git config core.fsmonitor "touch '${trap}'"
      printf '[core]\\n\\tfsmonitor = touch ${trap}\\n' >>.git/config
      printf '#!/bin/sh\\ntouch ${trap}\\n' >.git/hooks/post-checkout
      mv .git moved; rm -rf .git/config .git/hooks
      mkdir elsewhere; echo ../elsewhere >.git/commondir
      printf '[core]\\n\\tfsmonitor = touch ${trap}\\n' >elsewhere/config`);
    const listed = await swarm(['list', '--json']);
    const eve = listed
      .json<{ workspaces: { name: string; state: string }[] }>()
      .workspaces.find(({ name }) => name === 'eve');
    expect(eve?.state).toBe('tampered');
    const removed = await swarm(['remove', 'eve']);
    expect([removed.code, removed.stdout]).toEqual([1, 'ERROR workspace eve: kept: tampered\n']);
    await inside(`rm .git/commondir; rm -r elsewhere; mv .git/logs/HEAD log; ln -s '${trap}' .git/logs/HEAD`);
    expect((await swarm(['list'])).stdout).toContain(`eve ${isolation} tampered`);
    await inside(
      `mv -f log .git/logs/HEAD; cat .git/objects/info/alternates >loans; echo '${place.checkout}/.git/objects' >>.git/objects/info/alternates`,
    );
    expect((await swarm(['list'])).stdout).toContain(`eve ${isolation} tampered`);
    await inside('cat loans >.git/objects/info/alternates; rm loans');
    expect((await swarm(['list'])).stdout).toContain(`eve ${isolation} ready clean`);
    expect(existsSync(trap)).toBe(false);
  });

  test('the project can be worked on, and build outputs stay for the next session', async () => {
    const worked = await inside(
      'echo object >build/a.o && echo two >a.txt && git commit -qam Two && git log --format="%an: %s"',
    );
    expect(worked.stdout).toBe('eve: Two\nTester: Begin\n');
    expect((await swarm(['remove', 'eve'])).stdout).toBe('ERROR workspace eve: kept: 1 unpushed commit\n');
    git(tree('eve'), 'push', '--quiet', 'origin', 'HEAD:main');
    expect((await swarm(['remove', 'eve'])).stdout).toBe('removed eve\n');
    await swarm(['create', 'eve', '--isolation', isolation, '--keep', 'build', ...flags]);
    expect((await inside('cat build/a.o a.txt; git status --porcelain')).stdout).toBe('object\ntwo\n');
  });

  test('the exit status comes through, and nothing stays behind', async () => {
    const ended = await inside('sleep 1000 & (sleep 1001 & ) ; exit 41');
    expect(ended.code).toBe(41);
    expect(await processesLeft(tree('eve'))).toEqual([]);
  });

  test('a swarm that is killed takes the command with it, or the next start does', async () => {
    const running = place.start(
      ['workspace', 'exec', 'eve', '--', 'bash', '-c', 'touch started; sleep 1000'],
      {
        env: { ...env, HOME: home.dir },
      },
    );
    const started = `${tree('eve')}/started`;
    while (!existsSync(started)) await new Promise((done) => setTimeout(done, 20));
    running.kill('SIGKILL');
    await running.ended;
    await swarm(['list']);
    expect(await processesLeft(tree('eve'), 10_000)).toEqual([]);
  });
});
