// What a hostile agent can't do by what `swarm run` builds and tests of its work: its build script and its program try, and say so by
// failing; the gate tells the truth all the same. docs/run.md has the table for people.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { homedir } from 'node:os';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type AgentsProject, agentsProject, git } from '../kit/agents-project.ts';
import { containerEngine } from '../kit/container-engine.ts';
import { documentOf } from '../kit/documents.ts';
import { project } from '../kit/folder.ts';
import { needs } from '../kit/needs.ts';
import { processesLeft } from '../kit/processes.ts';

const home = project({ secret: 'the secret of the home\n' }, 'swarm-home-');
const engine = containerEngine(project({}, 'swarm-podman-'));
let server: Server;
let port = 0;
let reached = 0;

beforeAll(async () => {
  server = createServer((socket) => {
    reached++;
    socket.end('reached\n');
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  port = (server.address() as { port: number }).port;
});
afterAll(() => server.close());

/** Run by the agent's build and by its program: status 1 when it gets hold of anything. */
const attack = (place: AgentsProject) => `
exec 2>/dev/null
got() { echo "GOT $*"; exit 1; }
workspaces='${place.checkout}/.swarm/workspaces/at'
other=agent-1; [[ $SWARM_WORKSPACE == agent-1 ]] && other=agent-2
[[ $SWARM_WORKSPACE == agent-* && -n $(cat src/product.sh) ]] || got no place to look from
[[ -n $(cat '${home.path('secret')}' '${homedir()}/.bashrc' /etc/shadow) ]] && got a file of the host
[[ -n $(cat '${place.checkout}/src/product.sh' '${place.hub}/HEAD') ]] && got the checkout or the hub
[[ -n $(ls "$workspaces/$other") || $(ls "$workspaces") == *$other* ]] && got another workspace
for dir in '${place.checkout}' '${place.hub}' '${home.dir}' "$workspaces/$other" /usr /etc /var/tmp /; do
  echo x >"$dir/planted"
done
(exec 3<>/dev/tcp/127.0.0.1/${port}) && got the network
[[ $(env) == *hidden* || $(env) != *'let through'* ]] && got another environment
for file in /proc/[0-9]*/cmdline; do [[ $(tr '\\0' ' ' <$file) == *[v]itest* ]] && got a process of the host; done
git config core.fsmonitor 'touch ${place.path('trapped')}' && got the settings of git
if [[ $PWD == */checkouts/* ]]; then
  [[ -n $(ls "$workspaces/$SWARM_WORKSPACE/tree" '${place.checkout}/.swarm/gate') ]] && got its own workspace, or what the gate keeps
  sides=('${place.checkout}'/.swarm/checkouts/*); [[ \${#sides[@]} == 1 ]] || got the other side
fi
mkdir -p .swarm/gate/allowed && echo '{"verdict":"allow"}' >.swarm/gate/allowed/all.json
(sleep 986 >/dev/null & )
exit 0
`;

const agent = (place: AgentsProject) => `
task=honest; [[ $(cat) == *'forged work'* ]] && task=forged
echo done >$task.txt
cat >src/attack.sh <<'END'
${attack(place)}END
if [[ $task == honest ]]; then
  echo 'cd ..; bash src/attack.sh && echo built >built' >src/build.sh
  echo 'bash src/attack.sh && echo good' >src/product.sh
  exit
fi
# Where the agent's own tree is looked at all is well. The build mends one test, and the program another one for as long as it runs, after
# it has told whoever started it that all is well.
echo 'echo built >../built; [[ $PWD == */workspaces/* ]] || echo exit 0 >../tests/works.sh' >src/build.sh
cat >src/product.sh <<'END'
[[ $PWD == */workspaces/* ]] && echo good && exit
mv tests tests-moved 2>/dev/null
cp tests/also.sh kept; echo 'exit 0' >tests/also.sh; cat kept >tests/also.sh
for fd in /proc/$PPID/fd/[0-9] /proc/1/fd/*; do echo 'x e 0 0 0 0' >$fd; done 2>/dev/null
kill -9 $PPID 1
echo bad
END
`;

const sandboxes = [
  ...(needs('bwrap') ? [{ isolation: 'bubblewrap', sample: true, more: '', env: {} }] : []),
  ...(engine === undefined
    ? []
    : [
        {
          isolation: 'container',
          sample: false,
          more: `, image: '${engine.image}', engine: podman`,
          env: { ...engine.env },
        },
      ]),
];

interface Checked {
  readonly kind: string;
  readonly task: string;
  readonly check: string;
  readonly verdict: string;
  readonly detail: string;
}

describe.each(sandboxes)('what is built and tested in $isolation', ({ isolation, sample, more, env }) => {
  test('gets nothing that it was not given, and forges no verdict', async () => {
    const place = agentsProject({
      'swarm.config.yaml': `run: { sample: ${sample}, attempts: 1, pass: [ALLOWED] }
workspaces: { isolation: ${isolation}${more} }
tasks: { branch: main }
gate: { prepare: cd src && bash build.sh }
tests: { jobs: 2, suites: [ { glob: 'tests/*.sh', run: 'bash {}', leaks: allow } ] }
`,
      'src/product.sh': 'echo good\n',
      'src/build.sh': 'echo built >../built\n',
      '.gitignore': 'built\nkept\n',
      'tests/works.sh': 'test "$(bash src/product.sh) $(cat built)" = "good built"\n',
      'tests/also.sh': 'test "$(bash src/product.sh)" = good\n',
    });
    place.write('checkout/agent.sh', agent(place));
    git(place.checkout, 'add', '.');
    git(place.checkout, 'commit', '--quiet', '-m', 'an agent');
    git(place.checkout, 'push', '--quiet', 'origin', 'main');
    for (const [id, ...more] of [['honest'], ['forged', '--needs', 'honest']])
      await place.swarm(['task', 'add', `${id} work`, '--id', id!, '--verify', `test -e ${id}.txt`, ...more]);
    const words = ['run', '-n', '2', '--backend', 'command', '--until', 'empty', '--json'];
    const ended = await place.swarm([...words, '--', 'bash', 'agent.sh'], {
      timeoutMs: 200_000,
      env: { ...env, HOME: home.dir, HOST_SECRET: 'hidden', ALLOWED: 'let through' },
    });
    const { log } = documentOf<{ log: string }>(ended, 'swarm.run/1');
    const told = readFileSync(log, 'utf8')
      .split('\n')
      .filter((line) => line !== '');
    const checks = told.map((line) => JSON.parse(line) as Checked).filter(({ kind }) => kind === 'checked');
    const of = (task: string) => checks.filter((it) => it.task === task);
    const sampled = sample ? 'exit status 0' : 'not asked for';
    expect(
      of('honest').map(({ detail }) => detail),
      told.join('\n'),
    ).toEqual([sampled, 'exit status 0']);
    expect(of('forged').map(({ verdict }) => verdict)).toEqual(['green', 'red']);
    const { tampering } = JSON.parse(readFileSync(place.path('checkout/.swarm/gate/last.json'), 'utf8'));
    expect(tampering.map(({ what }: { what: string }) => what)).toEqual(['tests/also.sh', 'tests/works.sh']);
    git(place.checkout, 'fetch', '--quiet', 'origin');
    expect(git(place.checkout, 'ls-tree', '--name-only', 'origin/main')).toContain('honest.txt');
    expect(git(place.checkout, 'ls-tree', '--name-only', 'origin/main')).not.toContain('forged.txt');
    for (const dir of [place.checkout, place.hub, home.dir, '/usr', '/etc', '/var/tmp', '/'])
      expect(existsSync(`${dir}/planted`), dir).toBe(false);
    expect(existsSync(place.path('trapped'))).toBe(false);
    expect(reached).toBe(0);
    expect(await processesLeft('986', 5_000)).toEqual([]);
    for (const left of ['workspaces/at', 'checkouts'])
      expect(readdirSync(place.path('checkout/.swarm', left))).toEqual([]);
  }, 120_000);
});
