// What a hostile agent can't do from inside a session of `swarm run`: it tries, says what it got, and its honest work lands all the
// same. docs/run.md has the table for people.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type AgentsProject, agentsProject, git } from '../kit/agents-project.ts';
import { containerEngine } from '../kit/container-engine.ts';
import { documentOf } from '../kit/documents.ts';
import { project } from '../kit/folder.ts';
import { needs } from '../kit/needs.ts';
import { processesLeft } from '../kit/processes.ts';

const home = project(
  {
    secret: 'the secret of the home\n',
    '.agent/auth.json': 'a login\n',
    '.agent/history': 'what was said\n',
  },
  'swarm-home-',
);
const engine = containerEngine(project({}, 'swarm-podman-'));
let server: Server;
let port = 0;

beforeAll(async () => {
  server = createServer((socket) => socket.end('reached\n'));
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  port = (server.address() as { port: number }).port;
});
afterAll(() => server.close());

/** Everything that it gets hold of is a line that begins with GOT. Programs: those of the smallest image, and bash itself. */
const hostile = (place: AgentsProject) => `
exec 2>/dev/null
got() { echo "GOT $*"; }
reads() { [[ -n $(cat "$@") ]]; }
cat >/dev/null
workspaces='${place.checkout}/.swarm/workspaces/at'
other=agent-1; [[ $SWARM_WORKSPACE == agent-1 ]] && other=agent-2
reads one.txt && [[ -n $(ls) && $(env) == *SWARM* ]] && echo CAN look around
reads '${home.path('secret')}' '${homedir()}/.bashrc' /etc/shadow && got a file of the host
reads '${place.checkout}/one.txt' '${place.hub}/HEAD' && got the checkout or the hub
[[ $(ls "$workspaces") == *$other* ]] && got names of other workspaces
reads "$workspaces/$other/tree/one.txt" && got the workspace of $other
for dir in '${place.checkout}' '${place.hub}' '${home.dir}' "$workspaces/$other/tree" /usr /etc /var/tmp /; do
  mkdir -p "$dir"; echo x >"$dir/planted"
done
exec 3<>/dev/tcp/127.0.0.1/${port} && got the network
[[ $(env) == *hidden* ]] && got a variable
for file in /proc/[0-9]*/cmdline; do [[ $(tr '\\0' ' ' <$file) == *[v]itest* ]] && got a process of the host; done
git config core.fsmonitor 'touch ${place.path('trapped')}' && got the settings of git
echo 'touch ${place.path('trapped')}' >.git/hooks/pre-commit && got a hook
mv .git moved && got .git itself
[[ -e $(echo .swarm/hub-*/store.git) ]] && got "swarm's own repository"
git init --quiet nested && git -C nested commit --quiet --allow-empty -m nested && git add nested &&
  git -C nested config core.fsmonitor 'touch ${place.path('trapped')}' && git -C nested config filter.x.clean 'touch ${place.path('trapped')}' &&
  echo '* filter=x' >nested/.gitattributes && printf '[submodule "nested"]\n\tpath = nested\n\tignore = none\n' >.gitmodules &&
  echo CAN nest
[[ -e ~/.agent/history ]] && got more of a login than it was given
[[ -e ~/kept ]] && got a home that was used before
echo kept >~/kept
[[ $(cat ~/.agent/auth.json) == 'a login' ]] && echo LOGIN
(sleep 987 & )
[[ $SWARM_WORKSPACE == agent-1 ]] && echo 1 >one.txt || echo 2 >two.txt
cat >check.sh <<'END'
${hostileCheck(place)}END
echo "ENV $(compgen -e | tr '\\n' ' ')"
`;

/** What it makes of its task's own command: it refuses the work when it gets hold of anything. */
const hostileCheck = (place: AgentsProject) => `
exec 2>/dev/null
got() { echo "GOT $*"; exit 1; }
[[ -n $(cat '${home.path('secret')}' '${homedir()}/.bashrc' /etc/shadow '${place.checkout}/one.txt' '${place.hub}/HEAD') ]] && got a file
for dir in '${place.checkout}' '${place.hub}' '${home.dir}' /usr /etc /var/tmp /; do echo x >"$dir/planted"; done
(exec 3<>/dev/tcp/127.0.0.1/${port}) && got the network
[[ $(env) == *hidden* || $(env) != *'let through'* ]] && got another environment
git config core.fsmonitor 'touch ${place.path('trapped')}' && got the settings of git
(sleep 987 & )
test "$(cat $1.txt)" = $2
`;

const sandboxes = [
  ...(needs('bwrap') ? [{ isolation: 'bubblewrap', more: '', env: {} }] : []),
  ...(engine === undefined
    ? []
    : [
        {
          isolation: 'container',
          more: `, image: '${engine.image}', engine: podman`,
          env: { ...engine.env },
        },
      ]),
];

/** What a session may know: nothing that isn't on this list, but what bash sets by itself. */
const KNOWN =
  /^(?:PATH|HOME|TMPDIR|LANG|LC_\w+|TZ|TERM|NO_COLOR|COLORTERM|XDG_\w+_HOME|SWARM_(?:RUN|WORKSPACE|AGENT|CACHE)|GIT_(?:AUTHOR|COMMITTER)_(?:NAME|EMAIL)|ALLOWED|IS_SANDBOX|_|PWD|OLDPWD|SHLVL|HOSTNAME|container)$/;

describe.each(sandboxes)('a hostile session in $isolation', ({ isolation, more, env }) => {
  test('gets nothing that it was not given, and its work lands', async () => {
    const place = agentsProject({
      'swarm.config.yaml': `run: { login: ['.agent/auth.json'], pass: [ALLOWED] }
workspaces: { isolation: ${isolation}${more} }
tasks: { branch: main }
`,
      'one.txt': '0\n',
      'two.txt': '0\n',
      'check.sh': 'test "$(cat $1.txt)" = $2\n',
    });
    place.write('checkout/agent.sh', hostile(place));
    git(place.checkout, 'add', '.');
    git(place.checkout, 'commit', '--quiet', '-m', 'an agent');
    git(place.checkout, 'push', '--quiet', 'origin', 'main');
    for (const [id, value] of Object.entries({ one: 1, two: 2 }))
      await place.swarm(['task', 'add', id, '--id', id, '--verify', `bash check.sh ${id} ${value}`]);
    const words = [
      'run',
      '-n',
      '2',
      '--backend',
      'command',
      '--until',
      'empty',
      '--json',
      '--',
      'bash',
      'agent.sh',
    ];
    const ended = await place.swarm(words, {
      timeoutMs: 200_000,
      env: { ...env, HOME: home.dir, HOST_SECRET: 'hidden', ALLOWED: 'let through' },
    });
    expect(ended.code, ended.stderr).toBe(0);
    const { log } = documentOf<{ log: string }>(ended, 'swarm.run/1');
    const folder = join(log, '..', 'sessions');
    const said = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'));
    expect(said.length).toBeGreaterThanOrEqual(2);
    for (const text of said) {
      expect(text.split('\n').filter((line) => line.startsWith('GOT'))).toEqual([]);
      expect(text).toMatch(/^CAN look around\nCAN nest\nLOGIN$/m);
      const names = /^ENV (.*) $/m.exec(text)![1]!.split(' ');
      expect(names).toContain('ALLOWED');
      expect(names.filter((name) => !KNOWN.test(name))).toEqual([]);
    }
    for (const dir of [place.checkout, place.hub, home.dir, '/usr', '/etc', '/var/tmp', '/'])
      expect(existsSync(join(dir, 'planted')), dir).toBe(false);
    expect(existsSync(place.path('trapped'))).toBe(false);
    const { landed } = ended.json<{ landed: number }>();
    expect(landed).toBeGreaterThanOrEqual(1);
    git(place.checkout, 'fetch', '--quiet', 'origin');
    expect(git(place.checkout, 'show', 'origin/main:check.sh')).toContain('GOT');
    expect(await processesLeft('987', 5_000)).toEqual([]);
    expect(readdirSync(place.path('checkout/.swarm/workspaces/at'))).toEqual([]);
  });
});
