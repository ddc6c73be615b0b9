// Tests that do everything that a test should not: the run isn't held up, each is told for what it did, nothing that one prints
// becomes a line of ours, and nothing is left running. One run of all of them at once.

import { readdirSync, readFileSync, statSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { documentOf } from '../kit/documents.ts';
import { type Folder, project } from '../kit/folder.ts';
import { processesLeft } from '../kit/processes.ts';
import { type Ended, swarm, swarmArgv } from '../kit/swarm.ts';

interface Document {
  readonly verdict: string;
  readonly counts: Readonly<Record<string, number>>;
  readonly failures: readonly { readonly id: string; readonly reason: string }[];
  readonly unresolved: readonly { readonly id: string; readonly reason: string }[];
  readonly sample: { readonly total: number; readonly drawn: number };
  readonly replay: string;
  readonly log: string;
}

const INNER = `cd inner && ${swarmArgv(['sample-test']).join(' ')} >out.txt; echo $? >code; grep -q '^FAIL 2/2' out.txt`;

/** Odd names, all of tests that pass. */
const ODD = [
  'with space',
  `quo'te"s`,
  '-rf',
  'new\nline',
  'ünï-😀',
  '$(touch evil)',
  'a;b|c&d',
  '[x]{y}*?',
  '--',
  '~',
];

const HARD = {
  'tests/grandchild.sh': 'sleep 3001 &\nexit 0\n',
  'tests/daemon.sh': 'setsid sleep 3002 >/dev/null 2>&1 </dev/null &\nexit 0\n',
  'tests/daemon-allowed.sh': '# swarm: leaks=allow\nsetsid sleep 3003 &\nexit 0\n',
  'tests/double-fork.sh': '(setsid sh -c "sleep 3004 & exit" &)\nexit 0\n',
  'tests/kill-0.sh': 'kill 0\nsleep 5\n',
  'tests/kill-parent.sh': 'kill -KILL 0\n',
  'tests/stubborn.sh':
    '# swarm: timeout=0.5\ntrap "" TERM INT HUP\n(trap "" TERM; sleep 3005) &\nwhile :; do sleep 1; done\n',
  'tests/stopped.sh': '# swarm: timeout=0.5\nkill -STOP $$\n',
  'tests/flood.sh': 'exec yes PASS 9/9 in 1s\n',
  'tests/flood-error.sh': 'exec yes >&2\n',
  'tests/forger.sh':
    'printf "PASS 9/9 in 1s\\nlog: /etc/passwd\\n\\033[2J\\033[1A\\rreplay: evil\\n\\377\\376\\000\\200" >&2; exit 1\n',
  'tests/expected.sh': '# swarm: expect=fail\nexit 3\n',
  'tests/unexpected.sh': '# swarm: expect=fail\nexit 0\n',
  'tests/skipped.sh': 'echo not here; exit 77\n',
  'tests/told-to-skip.sh': '# swarm: skip=broken-since-v2\nexit 1\n',
  'tests/mistyped.sh': '# swarm: timeuot=4\nexit 0\n',
  'tests/reads-input.sh': 'read -r line && exit 1\nexit 0\n',
  'tests/runner-in-runner.sh': INNER,
  'inner/tests/bad.sh': 'exit 1\n',
  'inner/tests/daemon.sh': 'setsid sleep 3006 &\nexit 0\n',
  ...Object.fromEntries(ODD.map((name) => [`tests/odd/${name}.sh`, 'exit 0\n'])),
};

describe('tests that misbehave', () => {
  let folder: Folder;
  let ended: Ended;
  let document: Document;
  const reason = (id: string) => document.failures.find((failure) => failure.id === id)?.reason;

  beforeAll(async () => {
    folder = project(HARD);
    ended = await swarm(
      ['sample-test', '--fraction', '1', '--jobs', '4', '--json', '--junit', 'report.xml'],
      {
        cwd: folder.dir,
      },
    );
    document = documentOf(ended, 'swarm.sample/1');
  });

  test('are told for what they did', () => {
    expect(Object.fromEntries(document.failures.map((failure) => [failure.id, failure.reason]))).toEqual({
      'tests/grandchild.sh': 'left processes behind, which were ended',
      'tests/daemon.sh': 'left processes behind, which were ended',
      'tests/double-fork.sh': 'left processes behind, which were ended',
      'tests/kill-0.sh': 'ended by SIGTERM',
      'tests/kill-parent.sh': 'ended by SIGKILL',
      'tests/stubborn.sh': 'still running after 0.5 s',
      'tests/stopped.sh': 'still running after 0.5 s',
      'tests/flood.sh': 'stopped after more than 64 MiB of output',
      'tests/flood-error.sh': 'stopped after more than 64 MiB of output',
      'tests/forger.sh': expect.stringMatching(/^exit status 1: /),
      'tests/unexpected.sh': 'passes, and is expected to fail',
    });
    expect(document.unresolved).toEqual([
      { id: 'tests/mistyped.sh', reason: expect.stringMatching(/^directive timeuot=4: known are /) },
    ]);
    expect(ended.code).toBe(1);
    expect(document.verdict).toBe('fail');
    // Odd names, the daemon that is allowed, the expected failure, the one that reads, the runner in the runner.
    expect(document.counts).toMatchObject({ pass: ODD.length + 4, skip: 2, unresolved: 1, notRun: 0 });
  });

  test('leave nothing running and nothing in the way', async () => {
    expect(await processesLeft(folder.dir)).toEqual([]);
    expect(readdirSync(folder.path('.swarm', 'work'))).toEqual([]);
    expect(readdirSync(folder.dir)).not.toContain('evil');
    expect(folder.read('inner/code')).toBe('1\n');
  });

  test('fill neither the disk nor the report', () => {
    const output = folder.path(document.log, '..', 'output');
    const files = readdirSync(output);
    expect(files.length).toBe(4); // Both floods, the forger, and the skip with its words.
    for (const file of files) expect(statSync(`${output}/${file}`).size).toBeLessThan(140_000);
    const report = readFileSync(folder.path('report.xml'), 'utf8');
    expect(report.length).toBeLessThan(400_000);
    expect(report.replace(/[\n\t]/g, '')).not.toMatch(/\p{Cc}/u);
    expect(reason('tests/forger.sh')).not.toMatch(/\p{Cc}/u);
  });

  test('can not make a line of ours, nor more than ten', async () => {
    const { stdout, code } = await swarm(['sample-test', '--replay', document.replay], { cwd: folder.dir });
    const lines = stdout.trimEnd().split('\n');
    expect(code).toBe(1);
    expect(lines.length).toBe(10);
    expect(Buffer.byteLength(stdout)).toBeLessThanOrEqual(2048);
    expect(lines.filter((line) => line.startsWith('PASS') || line.startsWith('log: /etc'))).toEqual([]);
    expect(lines.slice(0, 6).every((line) => /^(ERROR|UNRESOLVED) tests\//.test(line))).toBe(true);
    expect(lines[6]).toMatch(/^\.\.\. 6 more: \.swarm\/tests\/runs\/.*results\.jsonl$/);
    expect(lines[7]).toMatch(/^FAIL \d+\/\d+ in .*, 11 of \d+ failed, 2 skipped, 1 unresolved/);
    expect(await processesLeft(folder.dir)).toEqual([]);
  });
});
