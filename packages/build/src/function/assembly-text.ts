// A compiler's assembly with everything in a section of its own, so that what the assembler makes of it can be put together
// again piece by piece. No line changes its place: only section directives are rewritten.
//
//   - Each function and each data object starts a section. So do labels in data that only the compiler knows (strings,
//     jump tables). What inline assembly puts elsewhere gets sections that belong to the function around it.
//   - Functions and objects of file scope that are static become global here, so that whoever refers to them does it by
//     name: how they are bound in the end is decided when the pieces are joined.
//   - What the assembler's output can't tell any more stands as JSON in the section `.swarm.split` (`SplitNotes`).
//
// Takes the GNU syntax that gcc, clang and pcc write for ELF, with `.L` before private labels.

import {
  ASSIGNED,
  type Declared,
  DIRECTIVE,
  declarations,
  isPlainMacro,
  LABEL,
  plainLines,
  roleOf,
} from './assembly-lines.js';
import { type Fragment, FragmentWriter } from './fragments.js';
import { mayBePadded, type NamedSection, sectionOf } from './section-directive.js';

/** What is known of the pieces beside what is in the object. Pieces are numbered; piece N starts at the symbol `__swarm_N`. */
export interface SplitNotes {
  /** Names that were static. */
  readonly statics: readonly string[];
  /** Pieces without a label: `[piece, the function's piece]` inside a function, else `[piece]`. */
  readonly loose: readonly (readonly number[])[];
}

export const NOTES_SECTION = '.swarm.split';
export const PIECE_SYMBOL = /^__swarm_(\d+)$/;

export type SplitText =
  | { readonly kind: 'split'; readonly text: string }
  | { readonly kind: 'unsplittable'; readonly reason: string };

export function splitAssembly(text: string): SplitText {
  const lines = plainLines(text);
  const splitter = new AssemblySplitter(declarations(lines));
  for (const line of lines) {
    const reason = splitter.take(line);
    if (reason !== undefined) return { kind: 'unsplittable', reason };
  }
  return { kind: 'split', text: splitter.finish() };
}

class AssemblySplitter {
  private readonly out = new FragmentWriter();
  private readonly statics = new Set<string>();
  private section: NamedSection = sectionOf('.text')!;
  private previous: NamedSection = this.section;
  private readonly stack: (readonly [NamedSection, NamedSection])[] = [];
  /** Alignment and the like that belongs to the next label. */
  private held: string[] = [];
  /** Sections by name, with the attributes that they were given. */
  private readonly known = new Map<string, NamedSection>();
  /** The function that is open, and its name. */
  private open: { readonly name: string; readonly fragment: Fragment } | undefined;
  private assembler: 'none' | 'function' | 'file' = 'none';
  /** The lines so far of a macro's definition. */
  private macro: string[] | undefined;
  /** The output is in a subsection other than the first. */
  private isAside = false;

  constructor(private readonly declared: Declared) {}

  /** Take the next line; the reason where it can't be done. */
  take(line: string): string | undefined {
    if (this.macro !== undefined) return this.define(this.macro, line);
    if (this.marker(line)) return undefined;
    const label = LABEL.exec(line);
    if (label !== null) {
      this.label(label[1]!);
      return label[2] === '' || label[2]!.startsWith('#') ? undefined : this.take(label[2]!);
    }
    const assigned = ASSIGNED.exec(line);
    if (assigned !== null) return this.assign(line, (assigned[1] ?? assigned[2])!, assigned[3]!);
    const [, directive, rest = ''] = DIRECTIVE.exec(line) ?? [];
    if (directive === undefined) return this.content(line);
    if (roleOf(directive) === 'refused') return `its assembly uses ${directive}`;
    return this.directive(line, directive, rest);
  }

  finish(): string {
    for (const line of this.held) this.emit(line);
    const notes: SplitNotes = { statics: [...this.statics], loose: this.out.loose };
    const text = JSON.stringify(notes);
    this.out.push(`\t.section ${NOTES_SECTION},"",@progbits`);
    for (let at = 0; at < text.length; at += 4000)
      this.out.push(`\t.ascii "${text.slice(at, at + 4000).replace(/["\\]/g, '\\$&')}"`);
    return this.out.text();
  }

  /** A macro is defined for all that comes after it, whichever section that is in. */
  private define(lines: string[], line: string): string | undefined {
    lines.push(line);
    if (!/^\s*\.endm\b/.test(line)) return undefined;
    this.macro = undefined;
    if (!isPlainMacro(lines.slice(1, -1))) return 'its assembly has a macro that is more than instructions';
    this.out.push(...lines);
    return undefined;
  }

  /** Still the same section, at its end: the fragment has it to itself. */
  private subsection(line: string, number: string): string | undefined {
    if (this.isAside && number !== '0') return NESTED;
    this.content(line);
    this.previous = this.section;
    this.isAside = number !== '0';
    return undefined;
  }

  /** The compilers' marks around inline assembly. */
  private marker(line: string): boolean {
    if (!/^\s*#/.test(line)) return false;
    const starts = /#\s*APP\b|Start of file scope/.test(line);
    const isFile = this.open === undefined || /file scope/.test(line);
    if (isFile && (starts || this.assembler === 'file')) this.out.forget();
    this.assembler = !starts ? 'none' : isFile ? 'file' : 'function';
    return true;
  }

  private label(name: string): void {
    const { section } = this;
    const present = this.out.at(section);
    const isPrivate = name.startsWith('.L');
    const named = !isPrivate && !name.includes('.');
    const again = present?.empty === true && present.within === this.open?.fragment;
    if (this.assembler === 'none' && !again && this.starts(name, isPrivate)) {
      const opens = section.isCode && (this.open === undefined || named || this.declared.public.has(name));
      const fragment = this.out.begin(section, opens ? undefined : this.open?.fragment);
      if (opens) this.open = { name, fragment };
      this.align(section);
    } else this.out.place(section, this.open?.fragment);
    this.flush();
    const isObject = this.out.at(section)!.empty || this.assembler === 'file';
    if (named && isObject && !this.declared.public.has(name)) this.promote(name);
    this.out.push(`${name}:`);
  }

  /**
   * Does this label start a piece? In code only a function does; before the end of the one that is open, only what is
   * declared to be one, since inline assembly may define names as well.
   */
  private starts(name: string, isPrivate: boolean): boolean {
    if (!this.section.isCode) return true;
    if (isPrivate) return false;
    const { functions, public: names, hasSizes } = this.declared;
    return this.open === undefined || functions.has(name) || (!hasSizes && names.has(name));
  }

  private assign(line: string, name: string, value: string): string | undefined {
    if (!name.startsWith('.') && !name.includes('.') && !this.declared.public.has(name)) this.promote(name);
    if (/(?:^|[\s(,+-])\.(?:$|[\s),+-])/.test(value)) return this.content(line);
    this.out.push(line);
    return undefined;
  }

  private directive(line: string, directive: string, rest: string): string | undefined {
    switch (directive) {
      case '.text':
      case '.data':
      case '.bss':
        return this.go(sectionOf(directive));
      case '.section':
        if (rest.includes('.note.GNU-stack')) return this.out.note(line);
        return this.go(this.named(rest));
      case '.pushsection':
        if (this.isAside) return NESTED;
        this.stack.push([this.section, this.previous]);
        return this.go(this.named(rest));
      case '.popsection': {
        const back = this.stack.pop();
        if (back !== undefined) [this.section, this.previous] = back;
        return undefined;
      }
      case '.previous':
        return this.go(this.previous);
      case '.comm':
      case '.lcomm':
        return this.common(line, directive, withoutComment(rest));
      case '.size':
        return this.size(line, rest);
      case '.macro':
        this.macro = [line];
        return undefined;
      case '.subsection':
        return this.subsection(line, withoutComment(rest));
    }
    const role = roleOf(directive);
    if (role === 'dropped') return undefined;
    if (role === 'anywhere') this.out.push(line);
    else if (role === 'before-label' && this.assembler === 'none') this.held.push(line);
    else if (directive.startsWith('.cfi_')) this.positional(line);
    else return this.content(line);
    return undefined;
  }

  /** Attributes need only be given the first time. */
  private named(rest: string): NamedSection | undefined {
    const text = withoutComment(rest);
    const known = text.includes(',') ? undefined : this.known.get(text.replace(/^"(.*)"$/, '$1'));
    const section = known ?? sectionOf(text);
    if (section !== undefined) this.known.set(section.name, section);
    return section;
  }

  private go(section: NamedSection | undefined): string | undefined {
    if (section === undefined) return 'its assembly has a section directive of an unknown form';
    for (const line of this.held) this.emit(line);
    this.held = [];
    if (this.isAside) this.out.push('\t.subsection 0');
    this.isAside = false;
    this.previous = this.section;
    this.section = section;
    return undefined;
  }

  /** A static variable without initial value becomes one in `.bss` like others. */
  private common(line: string, directive: string, rest: string): undefined {
    const [name = '', size = '', align = '8'] = rest.split(/\s*,\s*/);
    if (directive === '.comm' && !this.declared.local.has(name)) {
      this.out.push(line);
      return undefined;
    }
    const bss = sectionOf('.bss')!;
    const present = this.out.at(bss);
    this.out.begin(bss, undefined);
    if (!name.includes('.') && !this.declared.public.has(name)) this.promote(name);
    this.out.push(`\t.balign ${align}`, `\t.type ${name},@object`, `\t.size ${name},${size}`);
    this.out.push(`${name}:`, `\t.zero ${size}`);
    this.out.goBack(bss, present);
    return undefined;
  }

  private size(line: string, rest: string): undefined {
    if (/^[^,]*,\s*\d+\s*(?:#.*)?$/.test(rest)) this.out.push(line);
    else this.positional(line);
    if (this.open !== undefined && rest.split(',')[0]!.trim() === this.open.name) this.open = undefined;
    return undefined;
  }

  /** A line that makes bytes. */
  private content(line: string): undefined {
    this.out.place(this.section, this.open?.fragment);
    this.flush();
    this.out.push(line);
    this.out.at(this.section)!.empty = false;
    return undefined;
  }

  /** A line that makes none, but means the place where it stands. */
  private positional(line: string): void {
    const present = this.out.at(this.section);
    if (present === undefined) this.out.place(this.section, this.open?.fragment);
    else this.out.goTo(present);
    this.flush();
    this.out.push(line);
  }

  private emit(line: string): void {
    const fragment = this.out.at(this.section);
    if (fragment === undefined) return;
    this.out.goTo(fragment);
    this.out.push(line);
  }

  private flush(): void {
    this.out.push(...this.held);
    this.held = [];
  }

  /** An object that was aligned by those before it must be so by itself. */
  private align(section: NamedSection): void {
    if (section.isCode || !mayBePadded(section)) return;
    if (!this.held.some((line) => /align/.test(line))) this.out.push('\t.balign 16');
  }

  private promote(name: string): void {
    this.statics.add(name);
    this.out.push(`\t.globl ${name}`);
  }
}

const NESTED = 'its assembly changes sections inside a subsection';

const withoutComment = (text: string): string => text.replace(/\s*#.*$/, '').trim();
