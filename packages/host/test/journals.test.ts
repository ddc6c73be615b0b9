// Journals, logs and atomic files: nothing half-written is ever read back.

import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openJournal, openLog, writeFileAtomic } from '@swarm/host';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from './liveness.js';

const dir = temporaryFolder();
let number = 0;
const fresh = () => join(dir, `file-${number++}`);
const schema = 'swarm.journal/1';

describe('a journal', () => {
  it('gives back what was appended', () => {
    const path = fresh();
    const records = [{ a: 1 }, 'text\nwith lines', null, [1, 2], 'ü🙂'];
    const journal = openJournal(path, { schema, header: { job: 'x' }, syncEveryMs: 1 });
    for (const record of records) journal.append(record);
    journal.close();
    const again = openJournal(path, { schema });
    expect(again.records).toEqual(records);
    expect(again.header).toEqual({ schema, job: 'x' });
    expect(again.cutBytes).toBe(0);
    again.append('more');
    again.close();
    expect(openAndClose(path).records).toEqual([...records, 'more']);
  });

  it('cut at any byte gives back all whole records, and goes on', () => {
    const record = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.integer(),
      fc.dictionary(fc.string(), fc.jsonValue()),
    );
    fc.assert(
      fc.property(fc.array(record, { minLength: 1, maxLength: 8 }), fc.nat(), (records, cut) => {
        const path = fresh();
        const journal = openJournal(path, { schema });
        for (const it of records) journal.append(it);
        journal.close();
        const bytes = statSync(path).size;
        truncateSync(path, cut % (bytes + 1));
        const whole = Math.max(0, readFileSync(path, 'utf8').split('\n').length - 2);
        const again = openJournal(path, { schema });
        expect(again.records).toEqual(JSON.parse(JSON.stringify(records.slice(0, whole))));
        again.append('after');
        again.close();
        expect(openAndClose(path).records.at(-1)).toBe('after');
      }),
      { numRuns: 60 },
    );
  });

  it('drops everything after a line that can not be read', () => {
    const path = fresh();
    const journal = openJournal(path, { schema });
    journal.append(1);
    journal.close();
    appendFileSync(path, '{"torn":\n2\n');
    const again = openAndClose(path);
    expect(again.records).toEqual([1]);
    expect(again.cutBytes).toBe(11);
  });

  it('reads records larger than a block', () => {
    const path = fresh();
    const journal = openJournal(path, { schema });
    const large = ['x'.repeat(3_000_000), 'y'.repeat(1_048_576), 'z'];
    for (const it of large) journal.append(it);
    journal.close();
    expect(openAndClose(path).records).toEqual(large);
  });

  it.each(['{"schema":"swarm.journal/2"}\n1\n', 'int main;\n', 'x', '{"schema":"swarm.journal/10'])(
    'leaves a file of another kind alone: %j',
    (text) => {
      const path = fresh();
      writeFileSync(path, text);
      const open = () => openJournal(path, { schema });
      expect(open).toThrow(expect.objectContaining({ code: 'journal-version', exit: 3 }));
      expect(readFileSync(path, 'utf8')).toBe(text);
    },
  );

  const openAndClose = (path: string) => {
    const journal = openJournal(path, { schema });
    journal.close();
    return journal;
  };
});

it('a log is a line an event, with a header', () => {
  const log = openLog(join(dir, 'run', 'deep'), 'bisect');
  log.event('probe', { id: 'x' });
  log.event('end');
  log.close();
  const [header, ...events] = readFileSync(log.path, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(header).toMatchObject({ schema: 'swarm.log/1', command: 'bisect', pid: process.pid });
  expect(events).toMatchObject([{ kind: 'probe', id: 'x' }, { kind: 'end' }]);
  expect(events.every(({ atMs }) => Number.isInteger(atMs))).toBe(true);
});

describe('an atomic file', () => {
  it('is replaced as a whole, many at once, and leaves no draft', async () => {
    const place = fresh();
    mkdirSync(place);
    const path = join(place, 'file with space');
    const texts = Array.from({ length: 20 }, (_, i) => `${i}`.repeat(10_000));
    await Promise.all(texts.map((text) => writeFileAtomic(path, text, { mode: 0o600 })));
    expect(texts).toContain(readFileSync(path, 'utf8'));
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readdirSync(place)).toEqual(['file with space']);
  });

  it('writes to a pipe and leaves it what it is', async () => {
    const pipe = fresh();
    execFileSync('mkfifo', [pipe]);
    const [text] = await Promise.all([readFile(pipe, 'utf8'), writeFileAtomic(pipe, 'through it')]);
    expect([text, statSync(pipe).isFIFO()]).toEqual(['through it', true]);
  });

  it('says what is wrong with the place', async () => {
    await expect(writeFileAtomic(join(dir, 'no/such/file'), '')).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
