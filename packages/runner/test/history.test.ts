// The history is appended to by any number of processes at once, survives torn lines, and makes way when it is large.

import { execFile } from 'node:child_process';
import { appendFileSync, existsSync, readdirSync, writeFileSync } from 'node:fs';
import { promisify } from 'node:util';
import type { TestResult } from '@swarm/core';
import { readHistory, writeHistory } from '@swarm/runner';
import { expect, test } from 'vitest';
import { project } from '../../../test/kit/folder.ts';

const passed = (id: string, wallMs = 5): TestResult => ({ id, outcome: { kind: 'pass' }, wallMs });
const failed = (id: string): TestResult => ({
  id,
  outcome: { kind: 'fail', failure: 'exit', detail: 'exit status 1' },
  wallMs: 5,
});

const WRITER = `
const { writeHistory } = await import(process.argv[1]);
const history = writeHistory(process.argv[2], 'ada', Date.now);
for (let i = 0; i < 3000; i++) history.add({ id: process.argv[3] + i, outcome: { kind: 'pass' }, wallMs: i });
history.flush();`;

test('any number of processes write to one file, and no line is lost or mixed', async () => {
  const { dir } = project();
  const module = new URL('../dist/index.js', import.meta.url).href;
  const run = promisify(execFile);
  await Promise.all(
    ['a', 'b', 'c', 'd'].map((name) =>
      run(process.execPath, ['--input-type=module', '-e', WRITER, module, dir, `${name}/t`]),
    ),
  );
  expect(readdirSync(dir)).toEqual(['ada.jsonl']);
  const pasts = readHistory(dir);
  expect(pasts.size).toBe(12_000);
  expect(pasts.get('c/t2999')).toEqual({ transitions: 0, failedLast: false, missed: 0, wallMs: [2999] });
});

test('a torn line spoils nothing but itself, wherever it is', () => {
  const folder = project();
  const first = writeHistory(folder.dir, 'ada', () => 1000);
  first.add(passed('one'));
  first.flush();
  appendFileSync(folder.path('ada.jsonl'), '["two","p",3,1');
  const second = writeHistory(folder.dir, 'ada', () => 2000);
  second.add(failed('one'));
  second.add(passed('three'));
  second.flush();
  appendFileSync(folder.path('ada.jsonl'), '\n[1,2]\nnull\n{"x":1}\n["x","q",1,1]\n\u0000\u0000["four","p"');
  const pasts = readHistory(folder.dir);
  expect([...pasts.keys()]).toEqual(['one', 'three']);
  expect(pasts.get('one')).toMatchObject({ failedLast: true, transitions: 1 });
});

test('what says nothing about a test is not kept', () => {
  const folder = project();
  const history = writeHistory(folder.dir, 'a/../b', () => 0);
  history.add({ id: 'x', outcome: { kind: 'unresolved', reason: 'no disk' }, wallMs: 1 });
  history.flush();
  expect(readHistory(folder.dir).size).toBe(0);
  history.add({ id: 'x', outcome: { kind: 'not-run', reason: 'no time' }, wallMs: 0 });
  history.flush();
  expect(readHistory(folder.dir).get('x')).toMatchObject({ missed: 1 });
  expect(readdirSync(folder.dir)).toEqual(['a_.._b.jsonl']);
  expect(readHistory(folder.path('nowhere')).size).toBe(0);
});

test('a file that has grown large makes way, and is still read', () => {
  const folder = project();
  writeFileSync(folder.path('ada.jsonl'), `${'\n'.repeat(9 * 2 ** 20)}["old","f",7,1]\n`);
  const history = writeHistory(folder.dir, 'ada', () => 0);
  history.add(passed('new'));
  history.flush();
  expect(existsSync(folder.path('ada.old.jsonl'))).toBe(true);
  history.add(passed('newer'));
  history.flush();
  expect([...readHistory(folder.dir).keys()]).toEqual(['old', 'new', 'newer']);
  expect([...readHistory(folder.dir, new Set(['new', 'other'])).keys()]).toEqual(['new']);
});
