// A large file is read once for as long as it looks the same, and no longer.

import { createHash } from 'node:crypto';
import { readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { project } from '../../../../test/kit/folder.ts';
import { Records } from '../../src/store/entries.js';
import { keptDigest } from '../../src/store/file-digest.js';

const MIB = 2 ** 20;
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
/** Long after whatever was written just now. */
const later = () => Date.now() + 60_000;

test('what a record says of a large file holds until the file changes, also within its size and time', () => {
  const folder = project();
  const [file, cache] = [folder.path('cc1'), folder.path('cache')];
  writeFileSync(file, 'a'.repeat(MIB));
  expect(keptDigest(file, cache, later())).toBe(sha256('a'.repeat(MIB)));

  const key = sha256(file);
  const records = new Records<{ look: string; digest: string }>(join(cache, 'digests'));
  records.publish(key, { ...records.read(key)!, digest: 'from the record' });
  expect(keptDigest(file, cache, later())).toBe('from the record');

  const { mtime, atime } = statSync(file);
  writeFileSync(file, 'b'.repeat(MIB));
  utimesSync(file, atime, mtime);
  expect(keptDigest(file, cache, later())).toBe(sha256('b'.repeat(MIB)));
});

test('nothing is kept of a small file, of one that has just changed, or where there is no cache', () => {
  const folder = project();
  const [small, large] = [folder.write('small', 'a'), folder.write('large', 'a'.repeat(MIB))];
  const cache = folder.path('cache');
  expect(keptDigest(small, cache, later())).toBe(sha256('a'));
  expect(keptDigest(large, cache, Date.now())).toBe(sha256('a'.repeat(MIB)));
  expect(keptDigest(large, undefined, later())).toBe(sha256('a'.repeat(MIB)));
  expect(readdirSync(folder.dir)).not.toContain('cache');
  folder.write('no-folder', '');
  expect(keptDigest(large, folder.path('no-folder'), later())).toBe(sha256('a'.repeat(MIB)));
});
