// The code of an object, function by function, in a form in which two compilers' objects can be read beside each other:
// addresses are left out, jump targets are labels, and relocations stand where their symbols are meant. By `objdump`,
// so it works for every target that writes objects, whether or not it can print assembly.

import type { ProcessRunner } from '@swarm/host';

/** Lines of code by the name of their function, in the order of the object. */
export type Disassembly = ReadonlyMap<string, readonly string[]>;

const TIME_LIMIT_MS = 60_000;

/** Disassemble an object file; undefined where `objdump` is not there or can't read it. */
export async function disassemble(runner: ProcessRunner, object: string): Promise<Disassembly | undefined> {
  const result = await runner.run({
    argv: ['objdump', '-dr', '--no-show-raw-insn', '-w', object],
    cwd: '/',
    env: { ...(process.env as Record<string, string>), LC_ALL: 'C' },
    timeLimitMs: TIME_LIMIT_MS,
    outputCapBytes: 64 * 2 ** 20,
  });
  return result.exit.kind === 'exited' && result.exit.code === 0 ? readDisassembly(result.stdout) : undefined;
}

interface Instruction {
  readonly address: string;
  text: string;
}

/** The functions in what `objdump -dr --no-show-raw-insn -w` printed. */
export function readDisassembly(output: string): Disassembly {
  const functions = new Map<string, Instruction[]>();
  let body: Instruction[] = [];
  for (const line of output.split('\n')) {
    const head = /^[0-9a-f]+ <(.+)>:$/.exec(line);
    if (head !== null) {
      body = functions.get(head[1]!) ?? [];
      functions.set(head[1]!, body);
      continue;
    }
    const code = /^ *([0-9a-f]+):\t(.*)$/.exec(line);
    if (code !== null) body.push({ address: code[1]!, text: withRelocations(code[2]!) });
  }
  return new Map([...functions].map(([name, lines]) => [name, labelled(name, lines)]));
}

/** With -w, relocations follow their instruction on its line: `call 9 <f+0x9>\t5: R_X86_64_PLT32\tputs-0x4`. */
function withRelocations(line: string): string {
  const [code = '', ...rest] = line.split(/\t(?=[0-9a-f]+: R_)/);
  // With nothing filled in yet, what is shown as the aim is the end of the instruction.
  const end = /(?:# |\s)([0-9a-f]+) <[^>]*>$/.exec(code)?.[1];
  let text = code
    .replace(/\s*#.*$/, '')
    .replace(/\s+/g, ' ')
    .trim();
  for (const relocation of rest) {
    const [, at = '', kind = '', symbol = ''] = /([0-9a-f]+): (R_\S+)\s+(.*)$/.exec(relocation) ?? [];
    const name = meant(kind, symbol.trim(), end === undefined ? 4 : hex(end) - hex(at));
    if (/ [0-9a-f]+ <[^>]*>$/.test(text)) text = text.replace(/ [0-9a-f]+ <[^>]*>$/, ` ${name}`);
    else if (/\b0x0\(%rip\)/.test(text)) text = text.replace(/\b0x0\(%rip\)/, `${name}(%rip)`);
    else text = `${text}  # ${name}`;
  }
  return text;
}

/** A PC-relative addend counts from the field, `fieldToEnd` bytes before the end of the instruction, which programs mean. */
function meant(kind: string, symbol: string, fieldToEnd: number): string {
  const parts = /^(.*?)([-+])0x([0-9a-f]+)$/.exec(symbol);
  if (parts === null) return symbol;
  const addend = hex(parts[3]!) * (parts[2] === '-' ? -1 : 1);
  const offset = /PC32|PLT32|GOTPCREL|TPOFF|TLSLD|TLSGD|GOTPCRELX/.test(kind) ? addend + fieldToEnd : addend;
  if (offset === 0) return parts[1]!;
  return `${parts[1]}${offset < 0 ? '-' : '+'}0x${Math.abs(offset).toString(16)}`;
}

const hex = (digits: string): number => Number.parseInt(digits, 16);

/** Jump targets inside the function as labels, numbered in the order of the code. */
function labelled(name: string, body: readonly Instruction[]): string[] {
  const target = / ([0-9a-f]+) <([^>+]+)(?:\+0x[0-9a-f]+)?>$/;
  const inside = new Set(body.map(({ address }) => address));
  const aims = new Set(
    body.flatMap(({ text }) => {
      const [, address = '', owner] = target.exec(text) ?? [];
      return owner === name && inside.has(address) ? [address] : [];
    }),
  );
  const labels = new Map<string, string>();
  for (const { address } of body) if (aims.has(address)) labels.set(address, `.${labels.size + 1}`);
  return body.flatMap(({ address, text }) => {
    const to = labels.get(target.exec(text)?.[1] ?? '');
    const line =
      to === undefined ? text.replace(/ [0-9a-f]+ <([^>]+)>$/, ' $1') : text.replace(target, ` ${to}`);
    const label = labels.get(address);
    return label === undefined ? [`  ${line}`] : [`${label}:`, `  ${line}`];
  });
}
