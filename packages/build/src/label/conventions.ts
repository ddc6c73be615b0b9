// Do calls between the two sides work? A small program of a caller and a callee for each thing that compilers hand over in ways of
// their own, compiled by one side each, linked by the oracle, and run. Says the first that goes wrong.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CompileUnit } from '../plan.js';
import type { Compiler } from '../store/compiler.js';
import type { BoundaryGround } from './boundary.js';

interface Handover {
  /** For people: `a struct of 3 bytes as an argument`. */
  readonly what: string;
  /** Declarations that both see. */
  readonly shared: string;
  readonly callee: string;
  /** True when all went well. */
  readonly check: string;
}

const structs = ([3, 8, 12, 16, 24, 40] as const).flatMap((size): Handover[] => {
  const shared = `struct s { unsigned char b[${size}]; };`;
  const filled = `struct s v; int i; for (i = 0; i < ${size}; i++) v.b[i] = 7 * i + 3;`;
  const good = `int i; for (i = 0; i < ${size}; i++) if (v.b[i] != (unsigned char)(7 * i + 3)) return 0; return 1;`;
  return [
    {
      what: `a struct of ${size} bytes as an argument`,
      shared: `${shared} int f(int before, struct s v, int after);`,
      callee: `int f(int before, struct s v, int after) { if (before != 11 || after != 13) return 0; { ${good} } }`,
      check: `${filled} return f(11, v, 13);`,
    },
    {
      what: `a struct of ${size} bytes as a result`,
      shared: `${shared} struct s f(int x);`,
      callee: `struct s f(int x) { ${filled} v.b[0] += x; return v; }`,
      check: `struct s v = f(5); v.b[0] -= 5; ${good}`,
    },
  ];
});

const value = (type: string, sample: string): Handover[] => [
  {
    what: `${type} as an argument`,
    shared: `int f(int before, ${type} v, int after);`,
    callee: `int f(int before, ${type} v, int after) { return before == 11 && v == (${type})${sample} && after == 13; }`,
    check: `return f(11, (${type})${sample}, 13);`,
  },
  {
    what: `${type} as a result`,
    shared: `${type} f(int x);`,
    callee: `${type} f(int x) { return (${type})${sample}; }`,
    check: `return f(1) == (${type})${sample};`,
  },
];

/** A narrow value whose upper part is left as it is by one side and relied on by the other. */
const narrow = (type: string): Handover[] => [
  {
    what: `${type} as an argument, widened by the callee`,
    shared: `long f(${type} v);`,
    callee: `long f(${type} v) { return v; }`,
    check: `volatile long wide = 0x12345681L; return f((${type})wide) == (long)(${type})wide;`,
  },
  {
    what: `${type} as a result, widened by the caller`,
    shared: `${type} f(long x);`,
    callee: `${type} f(long x) { return x; }`,
    check: `volatile long wide = 0x12345681L; long got = f(wide); return got == (long)(${type})wide;`,
  },
];

const variadic = (type: string, sample: string): Handover => ({
  what: `${type} among variable arguments`,
  shared: '#include <stdarg.h>\nint f(int n, ...);',
  callee: `int f(int n, ...) { va_list l; int good; va_start(l, n); good = va_arg(l, int) == 11 && va_arg(l, ${type}) == (${type})${sample} && va_arg(l, int) == 13; va_end(l); return good; }`,
  check: `return f(3, 11, (${type})${sample}, 13);`,
});

const HANDOVERS: readonly Handover[] = [
  ...structs,
  ...value('float', '1.5f'),
  ...value('double', '2.5'),
  ...value('long double', '3.5L'),
  ...value('long long', '0x123456789abcdefLL'),
  ...['_Bool', 'signed char', 'unsigned char', 'short', 'unsigned short'].flatMap(narrow),
  variadic('double', '2.5'),
  variadic('long double', '3.5L'),
  variadic('long long', '0x123456789abcdefLL'),
  {
    what: 'a struct of two doubles as an argument',
    shared: 'struct s { double a, b; }; int f(struct s v, double c);',
    callee: 'int f(struct s v, double c) { return v.a == 1.5 && v.b == 2.5 && c == 3.5; }',
    check: 'struct s v; v.a = 1.5; v.b = 2.5; return f(v, 3.5);',
  },
  {
    what: 'a struct of two doubles as a result',
    shared: 'struct s { double a, b; }; struct s f(double c);',
    callee: 'struct s f(double c) { struct s v; v.a = c; v.b = c + 1; return v; }',
    check: 'struct s v = f(1.5); return v.a == 1.5 && v.b == 2.5;',
  },
  {
    what: 'a struct of a double and an int as an argument',
    shared: 'struct s { double a; int b; }; int f(struct s v, int c);',
    callee: 'int f(struct s v, int c) { return v.a == 1.5 && v.b == 2 && c == 3; }',
    check: 'struct s v; v.a = 1.5; v.b = 2; return f(v, 3);',
  },
];

/** The first thing that goes wrong, with which side calls which; undefined where all goes well or nothing can be run. */
export async function conventionDifference(ground: BoundaryGround): Promise<string | undefined> {
  const { oracle, target, store } = ground;
  return store.inFolder(async (folder, run) => {
    const bench = new Bench(folder, run, oracle);
    const usable: number[] = [];
    for (const i of (await bench.compiles(target, [...HANDOVERS.keys()])) ? HANDOVERS.keys() : [])
      usable.push(i);
    if (usable.length === 0)
      for (const i of HANDOVERS.keys()) if (await bench.compiles(target, [i])) usable.push(i);
    // What fails within one side says nothing about calls between them.
    const within = await Promise.all([
      bench.failing(target, target, usable),
      bench.failing(oracle, oracle, usable),
    ]);
    const sound = usable.filter((i) => !within.flat().includes(i));
    for (const [caller, callee, who] of [
      [oracle, target, 'the oracle calling the target'],
      [target, oracle, 'the target calling the oracle'],
    ] as const) {
      const [first] = await bench.failing(caller, callee, sound);
      if (first !== undefined) return `the compilers disagree on calls: ${HANDOVERS[first]!.what}, ${who}`;
    }
    return undefined;
  });
}

type Run = (
  unit: CompileUnit,
  compiler: Compiler,
  extra: readonly string[],
) => Promise<{ code: number | undefined; stdout: string }>;

/** Builds and runs the handovers in a folder of its own. */
class Bench {
  private serial = 0;

  constructor(
    private readonly folder: string,
    private readonly run: Run,
    private readonly linker: Compiler,
  ) {}

  /** Can a compiler take both halves of these? */
  async compiles(compiler: Compiler, numbers: readonly number[]): Promise<boolean> {
    const halves = [
      await this.object(compiler, calleeText(numbers)),
      await this.object(compiler, callerText(numbers)),
    ];
    return halves.every((object) => object !== undefined);
  }

  /** Those that go wrong; after one that ends the program no more are known. */
  async failing(caller: Compiler, callee: Compiler, numbers: readonly number[]): Promise<number[]> {
    const objects = [
      await this.object(caller, callerText(numbers)),
      await this.object(callee, calleeText(numbers)),
    ];
    if (objects.includes(undefined)) return [];
    const program = join(this.folder, `program${++this.serial}`);
    const link = this.unit(objects as string[]);
    if ((await this.run(link, this.linker, ['-o', program])).code !== 0) return [];
    const { code, stdout } = await this.run(this.unit([]), { ...this.linker, program, flags: [] }, []);
    const wrong = numbers.filter((_, i) => stdout[i] === '0');
    return code === 0 || numbers[stdout.length] === undefined ? wrong : [...wrong, numbers[stdout.length]!];
  }

  private async object(compiler: Compiler, text: string): Promise<string | undefined> {
    const source = join(this.folder, `half${++this.serial}.c`);
    writeFileSync(source, text);
    const object = `${source}.o`;
    return (await this.run(this.unit([source]), compiler, ['-c', '-o', object])).code === 0
      ? object
      : undefined;
  }

  private unit(words: readonly string[]): CompileUnit {
    const at = join(this.folder, 'unit');
    return { id: at, source: at, cwd: this.folder, arguments: words, object: at, sourceBytes: 0 };
  }
}

/** The names that all handovers use, made their own. */
const named = (text: string, number: number): string => text.replace(/\b([fs])\b/g, `$1_${number}`);

const calleeText = (numbers: readonly number[]): string =>
  numbers.map((i) => named(`${HANDOVERS[i]!.shared}\n${HANDOVERS[i]!.callee}\n`, i)).join('');

/** Writes a 1 or a 0 for each, at once, so that what comes before the end of the program is known. */
function callerText(numbers: readonly number[]): string {
  const checks = numbers.map((i) =>
    named(`${HANDOVERS[i]!.shared}\nstatic int good_${i}(void) { ${HANDOVERS[i]!.check} }\n`, i),
  );
  const calls = numbers.map((i) => `write(1, good_${i}() ? "1" : "0", 1);`);
  return `long write(int, const void *, unsigned long);\n${checks.join('')}int main(void) { ${calls.join(' ')} return 0; }\n`;
}
