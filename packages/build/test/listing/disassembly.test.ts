import { createRunner } from '@swarm/host';
import { afterAll, describe, expect, test } from 'vitest';
import { project } from '../../../../test/kit/folder.ts';
import { needs } from '../../../../test/kit/needs.ts';
import { start } from '../../../../test/kit/swarm.ts';
import { disassemble, readDisassembly } from '../../src/listing/disassembly.js';

const SOURCE = `int puts(const char *);
int shared;
static int twice(int x) { return 2 * x; }
int count(int n) {
  int sum = 0;
  for (int i = 0; i < n; i++) { if (i % 3 == 1) puts("one"); sum += shared; }
  return sum;
}
int main(void) { return count(twice(2)); }
`;

const runner = createRunner();
afterAll(() => runner.close());

describe.each(['gcc', 'clang', 'tcc', 'pcc'])('the code of an object made by %s', (cc) => {
  describe.runIf(needs(cc))('is there', () => {
    test('function by function, with names in place of addresses', async () => {
      const folder = project({ 'a.c': SOURCE });
      await start([cc, '-c', 'a.c', '-o', 'a.o'], { cwd: folder.dir }).ended;
      const code = await disassemble(runner, folder.path('a.o'));
      expect([...code!.keys()]).toEqual(expect.arrayContaining(['count', 'main']));
      const count = code!.get('count')!.join('\n');
      expect(count).toMatch(/call\w* puts/);
      expect(count).toMatch(/\bj\w+ \.\d/);
      expect(count).toMatch(/^\.\d+:$/m);
      expect(code!.get('main')!.join('\n')).toMatch(/call\w* count/);
      folder.remove();
    });
  });
});

test('a file that is no object has none', async () => {
  const folder = project({ 'a.o': 'not an object' });
  expect(await disassemble(runner, folder.path('a.o'))).toBeUndefined();
  folder.remove();
});

test('a symbol reads plain also where a number follows it in the instruction', () => {
  const code = readDisassembly(
    '0000000000000000 <f>:\n   0:\tcmpb   $0x0,0x0(%rip)        # 7 <f+0x7>\t2: R_X86_64_PC32\tflag-0x5',
  );
  expect(code.get('f')).toEqual(['  cmpb $0x0,flag(%rip)']);
});

test('the same code at another place reads the same', () => {
  const at = (base: number) =>
    readDisassembly(
      [
        `${base.toString(16).padStart(16, '0')} <f>:`,
        `  ${base.toString(16)}:\tje     ${(base + 4).toString(16)} <f+0x4>`,
        `  ${(base + 2).toString(16)}:\tmov    0x0(%rip),%eax        # ${(base + 9).toString(16)} <f+0x9>\t${(base + 5).toString(16)}: R_X86_64_PC32\tvalue-0x4`,
        `  ${(base + 4).toString(16)}:\tret`,
      ].join('\n'),
    ).get('f');
  expect(at(0)).toEqual(['  je .1', '  mov value(%rip),%eax', '.1:', '  ret']);
  expect(at(0x100)).toEqual(at(0));
});
