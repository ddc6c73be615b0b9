import { describe, expect, test } from 'vitest';
import { type SplitNotes, splitAssembly } from '../../src/function/assembly-text.js';

/** The cut text, and what was noted in it. */
function cut(text: string): { text: string; notes: SplitNotes } {
  const split = splitAssembly(text);
  if (split.kind === 'unsplittable') throw new Error(split.reason);
  const quoted = [...split.text.matchAll(/^\t\.ascii "(.*)"$/gm)].map(([, part]) => part).join('');
  return { text: split.text, notes: JSON.parse(quoted.replace(/\\(.)/g, '$1')) };
}

/** The number of the section that a line stands in. */
function sectionOf(text: string, line: string): string | undefined {
  const before = text.slice(0, text.indexOf(`\n${line}\n`));
  return [...before.matchAll(/^\t\.section (.*)$/gm)].at(-1)?.[1];
}

describe('a cut assembly', () => {
  test('gives each function a section, comes back to it, and makes static ones global', () => {
    const { text, notes } = cut(
      `	.text
	.type	helper, @function
helper:
	ret
	.size	helper, .-helper
	.globl	parse
	.type	parse, @function
parse:
	jmp	*.L4(,%rax,8)
	.section	.rodata
	.align 8
.L4:
	.quad	.L5
	.text
.L5:
	call	helper
	.size	parse, .-parse
`,
    );
    expect(sectionOf(text, '	ret')).toBe('".text","ax",@progbits,unique,0');
    expect(sectionOf(text, '	.quad	.L5')).toBe('".rodata","a",@progbits,unique,2');
    expect(sectionOf(text, '	call	helper')).toBe(sectionOf(text, '	jmp	*.L4(,%rax,8)'));
    expect(notes).toEqual({ statics: ['helper'], loose: [] });
  });

  test('keeps what inline assembly puts elsewhere, and names inside, with the function around it', () => {
    const { text, notes } = cut(
      `	.text
	.globl	f
	.type	f, @function
f:
#APP
1:	nop; .pushsection table, "a"; .long 1b-.; .popsection
	.globl	inner
inner:
#NO_APP
	ret
	.size	f, .-f
	.section	.init_array,"aw"
	.quad	f
`,
    );
    expect(sectionOf(text, '	ret')).toBe('".text","ax",@progbits,unique,0');
    expect(notes).toEqual({ statics: [], loose: [[1, 0], [2]] });
  });

  test('makes places of static variables without a value, and leaves common ones to the linker', () => {
    const { text, notes } = cut(
      '	.local	count\n	.comm	count,4,4\n	.comm	shared,8,8\n	.lcomm	more,3\n',
    );
    expect(text).toMatch(/unique,0\n__swarm_0:\n\t\.globl count\n\t\.balign 4\n.*\n.*\ncount:\n\t\.zero 4\n/);
    expect(text).toContain('	.comm	shared,8,8\n');
    expect(notes.statics).toEqual(['count', 'more']);
  });

  test('keeps a macro of instructions and a subsection, which ends before another section begins', () => {
    const { text } = cut(
      '\t.macro m r\n\tincl \\r\n\t.endm\n\t.globl f\nf:\n\tm %eax\n\t.subsection 1\n3:\tnop\n\t.previous\n\tret\n',
    );
    expect(text).toContain('\t.macro m r\n\tincl \\r\n\t.endm\n');
    expect(text).toContain('\tm %eax\n\t.subsection 1\n3:\tnop\n\t.subsection 0\n\tret\n');
  });

  test.each([
    '\t.macro m\nlabel:\n\t.endm',
    '\t.subsection 2\n\t.subsection 3',
    '\t.subsection 2\n\t.pushsection .data',
    '\t.section x,"a?"',
  ])('is none with %j', (line) => {
    expect(splitAssembly(`${line}\n`).kind).toBe('unsplittable');
  });
});
