// Backends as a user meets them: listed, tried, and added by a plugin that is written exactly as its page says.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { documentOf } from '../kit/documents.ts';
import { project } from '../kit/folder.ts';
import { swarm } from '../kit/swarm.ts';

const PAGE = readFileSync(new URL('../../docs/plugins.md', import.meta.url), 'utf8');
const folder = project({}, 'swarm-agents-');
afterAll(() => folder.remove());

/** The code blocks of the page that name a file, by it. */
const files = new Map(
  [...PAGE.matchAll(/^```\w+ (\S+)\n(.*?)^```$/gms)].map(([, name, text]) => [name!, text!] as const),
);
/** Its one block of commands. */
const commands = /^```sh\n(.*?)^```$/ms.exec(PAGE)![1]!.trim().split('\n');

interface Listed {
  readonly agents: readonly { readonly name: string; readonly state: string; readonly version?: string }[];
  readonly problems: readonly { readonly plugin: string; readonly reason: string }[];
}
interface Session {
  readonly outcome: string;
  readonly detail: string;
}

const bin = folder.path('bin');
const env = {
  PATH: `${bin}:/usr/bin:/bin:${join(process.execPath, '..')}`,
  XDG_DATA_HOME: folder.path('data'),
  PARROT_KEY: 'nuts',
  SWARM_TEST_SECRET: 'secret',
};
const run = (args: readonly string[], more: Record<string, string | undefined> = {}) =>
  swarm(args, { cwd: folder.dir, env: { ...env, ...more } });
/** A command line of the page, without `swarm`; its quoted words stay whole. */
const typed = (index: number): string[] =>
  [...commands[index]!.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain!).slice(1);

describe('the page on plugins', () => {
  it('makes a plugin of thirty lines that is found, tried and forgotten', async () => {
    expect(files.get('agents.mjs')!.trim().split('\n').length).toBeLessThanOrEqual(30);
    for (const name of ['package.json', 'agents.mjs'])
      folder.write(`swarm-agent-parrot/${name}`, files.get(name)!);
    folder.write('bin/parrot', files.get('parrot')!);

    expect(await run(typed(0))).toMatchObject({ code: 0, stdout: 'linked swarm-agent-parrot\n' });
    const listed = await run([...typed(1), '--json']);
    expect(documentOf<Listed>(listed, 'swarm.agents/1').agents).toContainEqual(
      expect.objectContaining({ name: 'parrot', state: 'ready', version: '2.1.0' }),
    );
    const tried = await run(typed(2));
    expect(tried).toMatchObject({ code: 0, stderr: '> Here it is.\n* write poem.txt\n' });
    expect(tried.stdout).toMatch(/^parrot: ok: /);
    const tired = await run([...typed(2), '--json'], { PARROT_KEY: undefined });
    expect(tired.code).toBe(1);
    expect(documentOf<Session>(tired, 'swarm.session/1')).toMatchObject({
      outcome: 'rate-limited',
      detail: '429 no nuts left',
    });
    expect((await run(typed(3))).stdout).toBe('unlinked swarm-agent-parrot\n');
    const after = documentOf<Listed>(await run(['agents', '--json']), 'swarm.agents/1');
    expect(after.agents.map(({ name }) => name)).not.toContain('parrot');
  });
});

describe('agents', () => {
  it('tells of broken plugins and programs, and of names that are taken, beside those that work', async () => {
    const plugin = (name: string, code: string) => {
      folder.write(`${name}/package.json`, files.get('package.json')!.replace('swarm-agent-parrot', name));
      folder.write(`${name}/agents.mjs`, code);
      return run(['agents', 'link', name]);
    };
    folder.write('bin/codex', '#!/bin/sh\necho "no such library" >&2; exit 127\n');
    folder.write('bin/pi', '#!/bin/sh\nenv | grep -q SECRET && exit 1; echo 9.8.7\n');
    await plugin('throws', "export default () => { throw new Error('out of order'); };");
    await plugin('takes', "export default () => [{ name: 'pi', about: '', pass: [], load() {} }, 7];");
    const listed = await run(['agents', '--json']);
    for (const name of ['throws', 'takes']) await run(['agents', 'unlink', name]);
    expect(listed.code).toBe(3);
    const { agents, problems } = documentOf<Listed>(listed, 'swarm.agents/1');
    expect(agents).toContainEqual(expect.objectContaining({ name: 'pi', version: '9.8.7', state: 'ready' }));
    expect(agents).toContainEqual(
      expect.objectContaining({ name: 'codex', state: 'broken', reason: 'exit status 127: no such library' }),
    );
    expect(problems).toEqual([
      { plugin: 'throws', reason: 'out of order' },
      { plugin: 'takes', reason: 'pi: @swarm/agent-pi has this name already' },
      { plugin: 'takes', reason: 'answered no descriptor' },
    ]);
    expect(await run(['agents', 'link', '.'])).toMatchObject({ code: 2 });
    expect((await run(['agents', 'try', 'coedx'])).stderr).toContain('did you mean codex?');
  });

  it('plays scripts: edits, runs, refusals, crashes and hangs are told apart', async () => {
    folder.write(
      'scripts/fine.yaml',
      [
        '- say: I begin.',
        '- { edit: a.txt, text: "one two\\n" }',
        '- { edit: a.txt, replace: two, by: three }',
        '- { when: nothing like the prompt, exit: 9 }',
        '- run: test "$(cat a.txt)" = "one three" && test -z "$SWARM_TEST_SECRET"',
        '- usage: { input: 5, output: 2, usd: 0.25 }',
      ].join('\n'),
    );
    folder.write('scripts/refused.json', '[{"say":"I begin."},{"refused":429}]');
    folder.write('scripts/crash.yaml', '- say: I begin.\n- crash: SIGSEGV\n');
    folder.write('scripts/hang.yaml', '- say: I begin.\n- hang: true\n');
    folder.write('scripts/bad.yaml', '- sing: a song\n- { say: 7 }\n');
    folder.write(
      'scripts/play.mjs',
      "export default async (stage, file) => { stage.edit(file, { text: stage.prompt }); stage.say('done'); };\n",
    );
    const play = async (name: string, ...args: string[]) => {
      const limits = ['--idle', name === 'hang.yaml' ? '1' : '60'];
      const words = [
        'agents',
        'try',
        'script',
        '--json',
        ...limits,
        '--',
        folder.path('scripts', name),
        ...args,
      ];
      return documentOf<Session & { usage: object; tools: number }>(await run(words), 'swarm.session/1');
    };
    const [fine, refused, crash, hang, bad, script] = await Promise.all([
      play('fine.yaml'),
      play('refused.json'),
      play('crash.yaml'),
      play('hang.yaml'),
      play('bad.yaml'),
      play('play.mjs', 'b.txt'),
    ]);
    expect(fine).toMatchObject({ outcome: 'ok', tools: 3 });
    expect(fine!.usage).toEqual({ inputTokens: 5, outputTokens: 2, cachedTokens: 0, usd: 0.25 });
    expect(refused!.outcome).toBe('rate-limited');
    expect(crash).toMatchObject({ outcome: 'crashed', detail: 'its program was ended by SIGSEGV' });
    expect(hang!.outcome).toBe('stalled');
    expect(bad!.detail).toContain('step 1: no known step; step 2: say is a number');
    expect(script!.outcome).toBe('ok');
  });
});
