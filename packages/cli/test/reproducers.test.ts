import { expect, test } from 'vitest';
import { project } from '../../../test/kit/folder.ts';
import { readReproducers } from '../src/report/reproducers.js';

const result = (file: string) =>
  `${JSON.stringify({ kind: 'result', schema: 'swarm.reduce/1', file, reads: ['input', 'argument-1.txt', 'gone'], mode: 'standalone', failure: { kind: 'exit', detail: 'status 1' }, before: { lines: 900 }, after: { lines: 7 } })}\n`;

test('the reproducer of a culprit is the one that its last finished reduction names, with what it reads', async () => {
  const folder = project({
    'reductions/aaa/log.jsonl': `{"schema":"swarm.log/1"}\n${result('/elsewhere/reproducer.c')}{"kind":"sta`,
    'reductions/aaa/reproducer.c': 'int main(void) { return 1; }\n',
    'reductions/aaa/input': '7',
    'reductions/aaa/argument-1.txt': 'x'.repeat(2 ** 20 + 1),
    'reductions/bbb/log.jsonl': '{"schema":"swarm.log/1"}\n',
    'reductions/ccc/log.jsonl': result('/nowhere/at/all.c'),
  });
  const found = await readReproducers(folder.dir, ['aaa', 'bbb', 'ccc', 'ddd']);
  expect([...found]).toEqual([
    [
      'aaa',
      {
        text: 'int main(void) { return 1; }\n',
        mode: 'standalone',
        failure: 'exit: status 1',
        reads: new Map([['input', Buffer.from('7')]]),
        lines: { before: 900, after: 7 },
      },
    ],
  ]);
  folder.remove();
});
