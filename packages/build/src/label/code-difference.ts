// How two compilers' code of one function differs, when they are near enough for that to say something: each place where one
// instruction became another, without what differs by chance (registers, stack slots, labels). Pure.

import type { Disassembly } from '../listing/disassembly.js';

export interface CodeDifference {
  /** `shr r16 became sar r16`: oracle first. */
  readonly features: ReadonlySet<string>;
  /** Lines of the oracle's code, and how many of both sides are not the same. */
  readonly lines: number;
  readonly changed: number;
}

/** Longer stretches of other code are no single change. */
const LONGEST_STRETCH = 12;
/** Beyond this many pairs of lines, comparing costs more than it tells. */
const MOST_PAIRS = 4_000_000;

/** Differences by function, of the functions that both sides have. */
export function codeDifferences(oracle: Disassembly, target: Disassembly): Map<string, CodeDifference> {
  const differences = new Map<string, CodeDifference>();
  for (const [name, lines] of oracle) {
    const other = target.get(name);
    if (other !== undefined) differences.set(name, difference(plainLines(lines), plainLines(other)));
  }
  return differences;
}

/** Do the differences lie in few places, so that each of them tells something? */
export const isNear = ({ lines, changed }: CodeDifference): boolean => changed <= Math.max(8, 0.3 * lines);

function difference(oracle: readonly string[], target: readonly string[]): CodeDifference {
  const features = new Set<string>();
  let changed = 0;
  for (const { gone, come } of stretches(oracle, target)) {
    changed += gone.length + come.length;
    if (gone.length + come.length > LONGEST_STRETCH) continue;
    for (const feature of changes(gone, come)) features.add(feature);
  }
  return { features, lines: oracle.length, changed };
}

/**
 * What a stretch says. Lines with the same operands belong together; between them line for line where both sides have as many, else
 * each by itself.
 */
function changes(gone: readonly string[], come: readonly string[]): string[] {
  const found: string[] = [];
  let from = 0;
  let to = 0;
  for (let i = 0; i <= gone.length; i++) {
    const same =
      i < gone.length
        ? come.findIndex((line, j) => j >= to && haveSameOperands(line, gone[i]!))
        : come.length;
    if (same < 0) continue;
    found.push(...unpaired(gone.slice(from, i), come.slice(to, same)));
    if (i < gone.length) found.push(change(gone[i]!, come[same]!));
    from = i + 1;
    to = same + 1;
  }
  return found;
}

const haveSameOperands = (a: string, b: string): boolean =>
  a.includes(' ') && a.slice(a.indexOf(' ')) === b.slice(b.indexOf(' '));

function unpaired(gone: readonly string[], come: readonly string[]): string[] {
  if (gone.length === come.length) return gone.map((line, i) => change(line, come[i]!));
  return [...gone.map((line) => `${line} became nothing`), ...come.map((line) => `nothing became ${line}`)];
}

/** Where it is another instruction, only what it writes to matters; else the operands are what differs. */
function change(line: string, other: string): string {
  const isOther = line.split(' ')[0] !== other.split(' ')[0];
  const text = (of: string) => (isOther ? withoutSources(of) : of);
  return `${text(line)} became ${text(other)}`;
}

/** An instruction with its last operand alone; commas inside of brackets separate nothing. */
function withoutSources(line: string): string {
  const [mnemonic, operands = ''] = line.split(/ (.*)/);
  return `${mnemonic} ${operands.replace(/^.*,(?![^(]*\))/, '')}`.trim();
}

/** Instructions without labels, padding, and the choice of registers, stack slots and places. */
function plainLines(lines: readonly string[]): string[] {
  return lines
    .filter((line) => !/^\S+:$/.test(line) && !/^\s*(?:nop|data16|cs nop|xchg %ax,%ax|endbr)/.test(line))
    .map((line) => plainInstruction(line.trim()));
}

function plainInstruction(line: string): string {
  return line
    .replace(/-?(?:0x)?[0-9a-f]+\(%[er]?[sb]p\)/g, 'slot')
    .replace(/\(%[er]sp\)/g, 'slot')
    .replace(/ \.\d+$/, ' label')
    .replace(/\.(?:rodata|data|bss|LC)[\w.]*(?:[-+]0x[0-9a-f]+)?\(%rip\)/g, 'constant')
    .replace(/%([a-z0-9]+)/g, (_, name: string) => registerClass(name))
    .replace(/\s+/g, ' ');
}

/** A register's width; the frame's own registers are what they are. */
function registerClass(name: string): string {
  if (/^(?:rsp|rbp|rip|[cdefgs]s|st)$/.test(name)) return name;
  if (/^[xyz]mm\d+$/.test(name)) return `${name[0]}mm`;
  if (/^(?:r[a-ds][xip]|r\d+)$/.test(name)) return 'r64';
  if (/^(?:e[a-ds][xip]|ebp|esp|r\d+d)$/.test(name)) return 'r32';
  if (/^(?:[a-d]x|[sd]i|r\d+w)$/.test(name)) return 'r16';
  if (/^(?:[a-d][lh]|[sd]il|[bs]pl|r\d+b)$/.test(name)) return 'r8';
  return name;
}

interface Stretch {
  readonly gone: readonly string[];
  readonly come: readonly string[];
}

/** The stretches between the longest common subsequence of two lists of lines. */
function stretches(a: readonly string[], b: readonly string[]): Stretch[] {
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start++;
  let endA = a.length;
  let endB = b.length;
  while (endA > start && endB > start && a[endA - 1] === b[endB - 1]) {
    endA--;
    endB--;
  }
  const left = a.slice(start, endA);
  const right = b.slice(start, endB);
  if (left.length * right.length > MOST_PAIRS) return [{ gone: left, come: right }];
  return walk(left, right, lengths(left, right));
}

/** Lengths of the common subsequences of all suffixes, row by row. */
function lengths(a: readonly string[], b: readonly string[]): Uint16Array {
  const width = b.length + 1;
  const table = new Uint16Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--)
      table[i * width + j] =
        a[i] === b[j]
          ? table[(i + 1) * width + j + 1]! + 1
          : Math.max(table[(i + 1) * width + j]!, table[i * width + j + 1]!);
  return table;
}

function walk(a: readonly string[], b: readonly string[], table: Uint16Array): Stretch[] {
  const width = b.length + 1;
  const found: Stretch[] = [];
  let gone: string[] = [];
  let come: string[] = [];
  const close = () => {
    if (gone.length + come.length > 0) found.push({ gone, come });
    gone = [];
    come = [];
  };
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      close();
      i++;
      j++;
    } else if (j >= b.length || (i < a.length && table[(i + 1) * width + j]! >= table[i * width + j + 1]!))
      gone.push(a[i++]!);
    else come.push(b[j++]!);
  }
  close();
  return found;
}
