// The operations that a function does, with the types that they are done on, from gcc's own form of it (-fdump-tree-ssa-gimple): what
// a function has in common with others, whatever code is made of it. Pure.

/** Functions by name, each with its operations: `unsigned short >>`, `double * double`, `switch on int`. */
export type Operations = ReadonlyMap<string, ReadonlySet<string>>;

const HEAD = /^(\w[\w.]*) \((.*)\)$/;
const LOCAL = /^ {2}([^=();]+?[ *])([\w.]+)(?: \[[^\]]*\])*;$/;
const BINARY = /^(\S+) (\+|-|\*|\/|%|&|\||\^|<<|>>|r<<|r>>|==|!=|<=|>=|<|>) (.+)$/;
const OPERATORS = /^(?:-|~|!)/;

/** Read a dump; `typedefs` are names and what they stand for. */
export function readOperations(dump: string, typedefs: ReadonlyMap<string, string>): Operations {
  const functions = new Map<string, ReadonlySet<string>>();
  let reader: FunctionReader | undefined;
  const lines = dump.split('\n');
  for (const [i, line] of lines.entries()) {
    const head = /__GIMPLE \(/.test(lines[i - 1] ?? '') ? HEAD.exec(line) : null;
    if (head !== null) {
      reader = new FunctionReader(head[2]!, typedefs);
      functions.set(head[1]!, reader.found);
    } else reader?.line(line);
  }
  return functions;
}

/** Typedefs of plain types, in preprocessed text. */
export function plainTypedefs(text: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const [, type, name] of text.matchAll(/\btypedef\s+((?:[A-Za-z_]\w*\s+)+)(\w+)\s*;/g))
    found.set(name!, type!.replace(/\s+/g, ' ').trim());
  return found;
}

class FunctionReader {
  readonly found = new Set<string>();
  private readonly types = new Map<string, string>();
  /** What a value was converted from, by the value's name. */
  private readonly origins = new Map<string, string>();

  constructor(
    parameters: string,
    private readonly typedefs: ReadonlyMap<string, string>,
  ) {
    for (const parameter of parameters.split(', ')) {
      const [, type, name] = /^(.+?)([\w.]+)$/.exec(parameter.trim()) ?? [];
      if (name !== undefined) this.types.set(name, this.plain(type!));
    }
  }

  line(line: string): void {
    const local = LOCAL.exec(line);
    if (local !== null && !/^(?:goto|return)\b/.test(local[1]!)) {
      this.types.set(local[2]!, this.plain(local[1]!));
      return;
    }
    const text = line.trim().replace(/;$/, '');
    const condition = /^if \((.+)\)$/.exec(text)?.[1];
    const assigned = /^(\S.*?) = (.+)$/.exec(text);
    if (condition !== undefined) this.expression(condition);
    else if (text.startsWith('switch ('))
      this.found.add(`switch on ${this.typeOf(text.slice(8).split(/[ ;)]/)[0]!)}`);
    else if (assigned !== null && !assigned[2]!.startsWith('__PHI'))
      this.assignment(assigned[1]!, assigned[2]!);
    else if (/^[\w.]+ \(/.test(text)) this.call(text);
  }

  private assignment(to: string, from: string): void {
    const conversion = /^\(([^()]+)\) (\S+)$/.exec(from);
    const type = this.typeOf(to);
    if (conversion !== null) {
      const source = this.typeOf(conversion[2]!);
      if (source !== 'unknown') this.origins.set(to, this.originOf(conversion[2]!));
      this.found.add(`${source} to ${this.plain(conversion[1]!)}`);
    } else if (/^[\w.]+ \(/.test(from)) this.call(from);
    else if (BINARY.test(from)) this.expression(from);
    else if (OPERATORS.test(from)) this.found.add(`${from[0]} ${type}`);
    else if (isMemory(from)) this.found.add(`load of ${type}`);
    if (isMemory(to)) this.found.add(`store of ${this.typeOf(from)}`);
  }

  private expression(text: string): void {
    const [, left, operator, right] = BINARY.exec(text) ?? [];
    if (operator === undefined) return;
    const value = /^[-+\d_(]/.test(right!) && !/^_\d/.test(right!) ? 'constant' : this.originOf(right!);
    const origin = this.originOf(left!);
    this.found.add(`${origin} ${operator}`);
    this.found.add(`${origin} ${operator} ${value}`);
    const direct = this.typeOf(left!);
    if (direct !== origin) this.found.add(`${direct} ${operator}`);
  }

  private call(text: string): void {
    const [, name, list = ''] = /^([\w.]+) \((.*)\)$/.exec(text) ?? [];
    if (name === undefined) return;
    if (!/^_\d/.test(name)) this.found.add(`call of ${name}`);
    for (const argument of list.split(', ')) {
      const type = this.typeOf(argument);
      if (/float|double|struct|union|short|char|_Bool/.test(type) && !type.includes('*'))
        this.found.add(`${type} passed`);
    }
  }

  /** The type that a value had before it was widened for the operation. */
  private originOf(value: string): string {
    return this.origins.get(value) ?? this.typeOf(value);
  }

  private typeOf(value: string): string {
    const name = value.replace(/\(D\)$/, '');
    const type = this.types.get(name) ?? this.types.get(name.replace(/_\d+$/, ''));
    if (type !== undefined) return type;
    const literal = /^_Literal \(([^)]+)\)/.exec(value)?.[1];
    if (literal !== undefined) return this.plain(literal);
    if (/^-?\d+$/.test(value)) return 'constant';
    return /^-?[\d.]+e[-+]\d+/.test(value) ? 'constant' : 'unknown';
  }

  /** A type in the words that people use, typedefs resolved. */
  private plain(type: string): string {
    let text = type
      .replace(/\b(?:const|volatile|restrict|static|register)\b/g, '')
      .replace(/\s+/g, ' ')
      .trim();
    for (let i = 0; i < 8 && this.typedefs.has(text); i++) text = this.typedefs.get(text)!;
    const field = /^<unnamed-(un)?signed:(\d+)>$/.exec(text);
    if (field !== null) return `${field[1] === undefined ? 'signed' : 'unsigned'} field of ${field[2]} bits`;
    return text
      .replace(/^(short|long|long long|char) unsigned int$/, 'unsigned $1')
      .replace(/^(short|long|long long) (?:signed )?int$/, '$1')
      .replace(/^unsigned (short|long|long long) int$/, 'unsigned $1')
      .replace(/^unsigned$/, 'unsigned int')
      .replace(/^(?:signed|signed int)$/, 'int');
  }
}

const isMemory = (text: string): boolean =>
  /->|\[|\*|\.\w|MEM|^[A-Za-z]\w*$/.test(text) && !/^_?\d/.test(text);
