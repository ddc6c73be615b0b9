// The text of a cut assembly as it is written: runs of lines, each in a section of its own number.

import type { NamedSection } from './section-directive.js';

/** A run of lines that goes to one numbered section. */
export interface Fragment {
  readonly number: number;
  readonly section: NamedSection;
  /** The function in which it was begun. */
  readonly within: Fragment | undefined;
  /** Nothing but labels so far. */
  empty: boolean;
}

export class FragmentWriter {
  /** Fragments without a label: `[number, the function's number]` inside a function, else `[number]`. */
  readonly loose: number[][] = [];
  private readonly lines: string[] = [];
  private begun = 0;
  /** The fragment that each section's lines go to at present, by name and attributes. */
  private current = new Map<string, Fragment>();
  /** Where the output is. */
  private written: Fragment | undefined;

  push(...lines: readonly string[]): void {
    this.lines.push(...lines);
  }

  text(): string {
    return `${this.lines.join('\n')}\n`;
  }

  /** The fragment that lines for this section go to. */
  at(section: NamedSection): Fragment | undefined {
    return this.current.get(keyOf(section));
  }

  /** Whatever comes now begins fragments of its own. */
  forget(): void {
    this.current = new Map();
  }

  begin(section: NamedSection, within: Fragment | undefined): Fragment {
    const fragment = { number: this.begun++, section, within, empty: true };
    this.current.set(keyOf(section), fragment);
    this.goTo(fragment);
    this.push(`__swarm_${fragment.number}:`);
    return fragment;
  }

  /** Make sure that the output is in a fragment of this section that belongs where the input is. */
  place(section: NamedSection, within: Fragment | undefined): void {
    const present = this.at(section);
    if (present !== undefined && (present.within === within || present === within)) this.goTo(present);
    else {
      const { number } = this.begin(section, within);
      this.loose.push(within === undefined ? [number] : [number, within.number]);
    }
  }

  goTo(fragment: Fragment): void {
    if (this.written === fragment) return;
    const { name, attributes } = fragment.section;
    this.push(`\t.section "${name}",${attributes},unique,${fragment.number}`);
    this.written = fragment;
  }

  /** Lines for a section go to an earlier fragment again, or to none. */
  goBack(section: NamedSection, fragment: Fragment | undefined): void {
    if (fragment === undefined) this.current.delete(keyOf(section));
    else this.current.set(keyOf(section), fragment);
  }

  /** A directive for an empty section that says something by being there. */
  note(line: string): undefined {
    this.push(line);
    this.written = undefined;
    return undefined;
  }
}

const keyOf = ({ name, attributes }: NamedSection): string => `${name} ${attributes}`;
