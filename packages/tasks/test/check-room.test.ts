// A room for checks: what programs of an untrusted tree see of each other and of what was made for them, and how their ends are seen.

import { existsSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { createRunner, createTempDir, type RunResult, surrounded } from '@swarm/host';
import { type CheckRoom, createWorkspace, openCheckRoom, openPlace } from '@swarm/tasks';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { needs } from '../../../test/kit/needs.ts';
import { processesLeft } from '../../../test/kit/processes.ts';
import { type Workplace, workplace } from './workplace.ts';

describe.runIf(needs('bwrap'))('a program in a check room', () => {
  let at: Workplace;
  let room: CheckRoom;
  let tree: string;

  beforeAll(async () => {
    at = await workplace('ann');
    const place = await openPlace({ dir: at.clone('ann') });
    const { record } = await createWorkspace(place, {
      ...{ name: 'eve', isolation: 'bubblewrap', from: 'main' },
      limits: { processes: 8 },
    });
    at.git('.', 'clone', '--quiet', 'hub.git', 'checkout');
    at.write('checkout/tests/one.sh', 'true\n');
    at.write('secret/key', 'a secret\n');
    tree = at.clone('checkout');
    room = await openCheckRoom(place, record, { tree, held: [join(tree, 'tests')], shows: [] });
  });
  afterAll(async () => {
    await room.close();
    at.remove();
  });

  const run = (script: string, ...words: string[]): Promise<RunResult> =>
    surrounded(room, async () => {
      const runner = createRunner({ jobs: 1 });
      try {
        return await runner.run({
          argv: ['sh', '-c', script, 'sh', ...words],
          cwd: tree,
          timeLimitMs: 20_000,
        });
      } finally {
        await runner.close();
      }
    });

  test('sees of the folders that were made for programs those that its words name', async () => {
    const [own] = await surrounded(room, async () => [await createTempDir(), await createTempDir()]);
    const { stdout } = await run('echo mine >"$1"/file; ls "$1"; ls "$(dirname "$1")"', own!.path);
    expect(stdout).toBe(`file\n${own!.cookie}\n`);
    expect(readFileSync(join(own!.path, 'file'), 'utf8')).toBe('mine\n');
  });

  test('is not led out by a link that an earlier one left', async () => {
    const made = await surrounded(room, () => createTempDir());
    mkdirSync(join(made.path, 'deep'));
    symlinkSync(at.clone('secret'), join(made.path, 'deep', 'out'));
    const { stdout, exit } = await run('cat "$1"/key; echo x >"$1"/planted', join(made.path, 'deep', 'out'));
    expect([stdout, exit]).toEqual(['', { kind: 'exited', code: 2 }]);
    expect(existsSync(join(at.clone('secret'), 'planted'))).toBe(false);
  });

  test('writes to the tree, but not to its .git, and moves no folder away that is held', async () => {
    const { stdout } = await run(
      'echo x >made && mv tests away 2>/dev/null || echo held; echo x >.git/planted 2>/dev/null || echo read-only; ls',
    );
    expect(stdout).toBe('held\nread-only\nmade\ntests\n');
  });

  test('ends for those outside as it ended inside, with all that it started', async () => {
    expect((await run('exit 41')).exit).toEqual({ kind: 'exited', code: 41 });
    expect((await run('kill -9 $$')).exit).toEqual({ kind: 'exited', code: 137 });
    expect((await run('(setsid sleep 985 >/dev/null 2>&1 &) ; exit 0')).exit).toEqual({
      kind: 'exited',
      code: 0,
    });
    expect(await processesLeft('985')).toEqual([]);
  });

  test('is ended when all that run take more than the workspace may, and the next one is held to that again', async () => {
    for (let i = 0; i < 2; i++) {
      const { exit, note } = await run(
        'for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14; do sleep 984 & done; wait',
      );
      expect(exit.kind).toBe('signalled');
      expect(note).toBe('ran more than 8 processes at once');
      expect(await processesLeft('984')).toEqual([]);
    }
    expect((await run('sleep 0.5')).exit).toEqual({ kind: 'exited', code: 0 });
  });
});
