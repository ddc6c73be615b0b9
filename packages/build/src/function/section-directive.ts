// Section directives of the GNU assembler: which section a line goes to, with its attributes in full, so that it can be
// given a number of its own (`unique,N`).

/** A section as an assembler line names it. */
export interface NamedSection {
  readonly name: string;
  /** Flags, type and what else follows the name, all written out, without a leading comma. */
  readonly attributes: string;
  readonly isCode: boolean;
  /** The linker merges equal entries: no padding may be added. */
  readonly isMerged: boolean;
}

/** What the assembler takes for granted of names that it knows, by prefix. */
const KNOWN: readonly (readonly [string, string])[] = [
  ['.text', '"ax",@progbits'],
  ['.init_array', '"aw",@init_array'],
  ['.fini_array', '"aw",@fini_array'],
  ['.preinit_array', '"aw",@preinit_array'],
  ['.init', '"ax",@progbits'],
  ['.fini', '"ax",@progbits'],
  ['.data1', '"aw",@progbits'],
  ['.data', '"aw",@progbits'],
  ['.bss', '"aw",@nobits'],
  ['.rodata1', '"a",@progbits'],
  ['.rodata', '"a",@progbits'],
  ['.tdata', '"awT",@progbits'],
  ['.tbss', '"awT",@nobits'],
  ['.note', '"",@note'],
];

const knownAttributes = (name: string): string =>
  KNOWN.find(([prefix]) => name === prefix || name.startsWith(`${prefix}.`))?.[1] ?? '"",@progbits';

const STANDARD = /^\.(?:text|data|bss|rodata|tdata|tbss)(?:\.|$)/;

/** Sections in which more alignment than asked for harms nobody. */
export const mayBePadded = ({ name, isMerged }: NamedSection): boolean => !isMerged && STANDARD.test(name);

/** The section that `.section ARGUMENTS` names; undefined where it can't be numbered. */
export function sectionOf(text: string): NamedSection | undefined {
  const match = /^\s*("(?:[^"\\]|\\.)*"|[^\s,]+)\s*(?:,\s*(.*?))?\s*$/.exec(text);
  if (match === null) return undefined;
  const name = match[1]!.replace(/^"(.*)"$/, '$1');
  const given = (match[2] ?? '').replace(/,\s*unique\s*,\s*\d+\s*$/, '');
  const flags = /^"([^"]*)"/.exec(given)?.[1];
  if (given !== '' && (flags === undefined || flags.includes('?'))) return undefined;
  const attributes = given === '' ? knownAttributes(name) : withType(given, name);
  const letters = /^"([^"]*)"/.exec(attributes)![1]!;
  return { name, attributes, isCode: letters.includes('x'), isMerged: letters.includes('M') };
}

/** A number comes after the type, so the type has to be there. */
function withType(given: string, name: string): string {
  if (/^"[^"]*"\s*,/.test(given)) return given.replace(/,\s*%/, ',@');
  return `${given},${knownAttributes(name).split(',')[1]!}`;
}
