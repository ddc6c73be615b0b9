// The landing queue from end to end: a batch lands, what is bad leaves with evidence, a semantic conflict names both, and a server
// that is killed is gone on with.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { documentOf } from '../kit/documents.ts';
import { needs } from '../kit/needs.ts';
import { processesLeft } from '../kit/processes.ts';
import { startSwarm, swarm } from '../kit/swarm.ts';
import { makeProject, type QueueProject } from '../simulator/queue-project.mjs';

interface QueueDocument {
  readonly waiting: readonly { readonly id: string }[];
  readonly evicted: readonly { readonly id: string; readonly with: readonly string[] }[];
  readonly served: { readonly gates: number; readonly landed: readonly string[] };
}

describe.runIf(needs('git', 'ssh-keygen'))('the landing queue', { timeout: 240_000 }, () => {
  let place: QueueProject;
  const run = (where: string, ...args: string[]) =>
    swarm(args, { cwd: join(place.dir, where), env: place.env });
  const add = (id: string, files: Record<string, string>, ...more: string[]) =>
    run('ann', 'queue', 'add', place.change('ann', id, files), '--id', id, ...more);
  const main = () => place.git('hub.git', ['rev-parse', 'main']);

  beforeAll(() => {
    place = makeProject({ gated: true });
    place.clone('server');
  });
  afterAll(() => place.remove());

  test('lands what is good, and gives back what is not, each with its evidence', async () => {
    place.swarm('ann', 'task', 'add', 'Mend line 3', '--id', 'mend');
    place.swarm('ann', 'task', 'claim', 'mend', '--agent', 'ann');
    place.git('ann', ['checkout', '--quiet', place.change('ann', 'mend', { 'src/line-3': 'no\n' })]);
    const queued = documentOf<{ outcome: string }>(
      await run('ann', 'queue', 'add', '--task', 'mend', '--agent', 'ann', '--json'),
      'swarm.queue/1',
    );
    expect(queued).toMatchObject({ added: { id: 'mend', agent: 'ann' }, waiting: [{ id: 'mend' }] });
    expect((await add('good', { 'src/new': 'x\n' })).code).toBe(0);
    await add('left', { 'src/pair/0-a': 'x\n' });
    await add('right', { 'src/pair/0-b': 'x\n' });
    await add('meddler', { 'tests/line-1.sh': 'true\n' });
    const served = await run('server', 'queue', 'serve', '--once', '--json');
    expect(served.stderr).toMatch(
      /^EVICTED mend, by ann: tests\/line-3\.sh failed 3 of 3 runs with it, 0 of 3/m,
    );
    const document = documentOf<QueueDocument>(served, 'swarm.queue/1');
    expect(document.served).toMatchObject({
      gates: 2,
      landed: ['good', 'left'],
      evicted: [
        {
          id: 'meddler',
          outcome: 'rejected',
          note: expect.stringMatching(/^tests\/line-1\.sh: .* approval$/),
        },
        { id: 'mend', outcome: 'rejected', tests: ['tests/line-3.sh'], with: [] },
        { id: 'right', outcome: 'rejected', tests: ['tests/pair-0.sh'], with: ['left'] },
      ],
    });
    const shown = (await run('ann', 'task', 'show', 'mend', '--json')).json<object>();
    expect(shown).toMatchObject({
      state: 'open',
      attempts: [{ agent: 'ann', outcome: 'rejected', note: expect.stringContaining('tests/line-3.sh') }],
    });
    expect([place.refs('queue'), place.refs('claims'), place.refs('landing')]).toEqual([[], [], []]);
  });

  test('killed between its gate and the landing, goes on without gating again', async () => {
    await add('first', { 'src/first': 'x\n' });
    await add('second', { 'src/line-2': 'no\n' });
    const before = main();
    const journal = join(place.dir, 'server/.swarm/queue/batch.jsonl');
    const killed = startSwarm(['queue', 'serve', '--once'], {
      cwd: join(place.dir, 'server'),
      env: place.env,
    });
    // Until it has the word of the gate.
    while (!existsSync(journal) || !readFileSync(journal, 'utf8').includes('"refused","failing"'))
      await new Promise((resolve) => setTimeout(resolve, 5));
    killed.kill('SIGKILL');
    await killed.ended;
    expect(await processesLeft(place.dir)).toEqual([]);
    expect(main()).toBe(before);
    expect((await run('ann', 'queue', 'status')).stdout).toMatch(/^SERVER .*: dead; .*; 2 changes waiting$/m);
    const served = await run('server', 'queue', 'serve', '--once', '--json');
    expect(served.stderr).toContain('RESUMED a batch of 2');
    const { served: done } = documentOf<QueueDocument>(served, 'swarm.queue/1');
    expect(done).toMatchObject({ gates: 1, landed: ['first'], evicted: [{ id: 'second' }] });
    expect((await run('server', 'queue', 'serve', '--once')).code).toBe(4);
  });

  test('is where `swarm land` hands work in, which comes back when nobody serves any more', async () => {
    const work = (id: string, files: Record<string, string>) => {
      place.git('ann', ['fetch', '--quiet', 'origin']);
      place.swarm('ann', 'task', 'add', id, '--id', id);
      place.swarm('ann', 'task', 'claim', id, '--agent', 'ann');
      place.git('ann', ['checkout', '--quiet', place.change('ann', id, files)]);
    };
    const landing = () => run('ann', 'land', '--agent', 'ann', '--json');
    const server = startSwarm(['queue', 'serve', '--poll', '1', '--ttl', '3'], {
      cwd: join(place.dir, 'server'),
      env: place.env,
      timeoutMs: 240_000,
    });
    while (place.refs('landing').length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    work('wanted', { 'src/wanted': 'x\n' });
    const landed = await landing();
    expect([landed.code, documentOf(landed, 'swarm.land/1')]).toEqual([
      0,
      expect.objectContaining({ outcome: 'landed', commit: main(), queue: true }),
    ]);
    work('unwanted', { 'src/line-4': 'no\n' });
    const evicted = await landing();
    expect([evicted.code, documentOf(evicted, 'swarm.land/1')]).toEqual([
      1,
      expect.objectContaining({
        outcome: 'evicted',
        evidence: expect.objectContaining({ tests: ['tests/line-4.sh'] }),
      }),
    ]);
    // Agents of `swarm run` land the same way.
    place.write('.', { 'agent.yaml': '- { when: "do fine", edit: src/fine, text: "x\\n" }\n' });
    place.swarm('ann', 'task', 'withdraw', 'unwanted', '--reason', 'harmful');
    place.swarm('ann', 'task', 'add', 'do fine', '--id', 'fine', '--verify', 'test -e src/fine');
    const fleet = await run('ann', 'run', '--until', 'landed=1', '--', join(place.dir, 'agent.yaml'));
    expect(fleet.stderr).toMatch(/^agent-1 LANDED fine as /m);
    server.kill('SIGINT');
    const ended = await server.ended;
    expect([ended.code, ended.stdout]).toEqual([0, expect.stringMatching(/^LANDED 2, evicted 1;/m)]);
    expect(place.refs('landing')).toEqual([]);
  });
});
