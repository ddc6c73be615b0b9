// The lines of a compiler's assembly that matter, and what they declare: read once before the text is cut.

const NAME = '(?:"(?:[^"\\\\]|\\\\.)*"|[A-Za-z_.$][\\w.$@]*)';
export const LABEL = new RegExp(`^\\s*(${NAME})\\s*:\\s*(.*)$`);
export const ASSIGNED = new RegExp(`^\\s*(?:\\.(?:set|equ)\\s+(${NAME})\\s*,|(${NAME})\\s*=(?!=))(.*)$`);
export const DIRECTIVE = /^\s*(\.[A-Za-z_]\w*)\b\s*(.*)$/;
const SWITCHES = /\.(?:pushsection|popsection|section|previous|subsection|text|data|bss)\b/;

/** Lines without comments that stand alone; clang's private aliases of functions are the functions. */
export function plainLines(text: string): string[] {
  const lines: string[] = [];
  for (const raw of text.split('\n')) {
    const line = raw.includes('$local') ? raw.replace(/\.L([\w.]+)\$local\b/g, '$1') : raw;
    if (line !== raw && /^\s*(?:[\w.]+:\s*(?:#.*)?$|\.(?:type|size|set)\b)/.test(line)) continue;
    if (/^\s*(?:#(?!\s*(?:APP|NO_APP)\b|.*file scope inline assembly)|$)/.test(line)) continue;
    if (line.includes(';') && SWITCHES.test(line)) lines.push(...statements(line));
    else lines.push(line);
  }
  return lines;
}

/** The statements of a line, split at semicolons outside quotes. */
const statements = (line: string): string[] => line.match(/(?:[^;"]|"(?:[^"\\]|\\.)*")+/g) ?? [];

export interface Declared {
  /** Names that are global or weak. */
  readonly public: ReadonlySet<string>;
  /** Names that are functions. */
  readonly functions: ReadonlySet<string>;
  readonly local: ReadonlySet<string>;
  /** The ends of functions are told. */
  readonly hasSizes: boolean;
}

export function declarations(lines: readonly string[]): Declared {
  const found = {
    public: new Set<string>(),
    functions: new Set<string>(),
    local: new Set<string>(),
    hasSizes: false,
  };
  for (const line of lines) {
    const [, directive, rest = ''] = DIRECTIVE.exec(line) ?? [];
    const names = () => rest.replace(/\s*#.*$/, '').split(/\s*,\s*/);
    if (directive === '.globl' || directive === '.global' || directive === '.weak')
      for (const name of names()) found.public.add(name);
    else if (directive === '.size') found.hasSizes = true;
    else if (directive === '.local') for (const name of names()) found.local.add(name);
    else if (directive === '.type' && /[@%](?:function|gnu_indirect_function)\b|STT_FUNC/.test(rest))
      found.functions.add(names()[0]!);
  }
  return found;
}

/**
 * What is done with a directive: held back for the label that comes next, written wherever the output is, left out, or reason
 * enough not to take the unit apart.
 */
type Role = 'before-label' | 'anywhere' | 'dropped' | 'refused';

const ROLES: ReadonlyMap<string, Role> = new Map(
  Object.entries({
    'before-label': '.p2align .align .balign .cfi_startproc .cfi_personality .cfi_lsda',
    anywhere:
      '.globl .global .weak .hidden .protected .internal .type .weakref .symver .file .cfi_sections .intel_syntax .att_syntax .code64 .arch .version',
    dropped: '.ident .addrsig .addrsig_sym .end .local',
    refused: '.altmacro .include .linkonce .struct .irp .irpc',
  }).flatMap(([role, names]) => names.split(' ').map((name) => [name, role as Role] as const)),
);

/** Is a macro's body instructions alone, so that its uses are lines like others? */
export const isPlainMacro = (body: readonly string[]): boolean =>
  body.every((line) => !LABEL.test(line) && !ASSIGNED.test(line) && !DIRECTIVE.test(line));

export const roleOf = (directive: string): Role | undefined => ROLES.get(directive);
