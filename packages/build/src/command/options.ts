// The options of C compiler drivers that matter here, as a table: how each takes its value, and what it is for.
// What is not listed is a plain flag that belongs to the compilation (-O2, -Wall, -fPIC, -march=native).

/** What an option is for. */
export type OptionRole =
  /** `-c` */
  | 'compile'
  /** Makes no object: -E, -S, -M. */
  | 'ask'
  | 'output'
  | 'language'
  /** Dependency files: nothing that an object depends on. */
  | 'dependencies'
  /** Other files written beside the object: a second compilation must not touch them. */
  | 'aside'
  | 'link'
  | 'library'
  | 'library-folder'
  | 'keep';

export interface OptionRule {
  readonly name: string;
  /**
   * `value`: attached or the next argument; `next`: the next argument only; `attached`: everything after the name;
   * `none`: just the name.
   */
  readonly takes: 'value' | 'next' | 'attached' | 'none';
  readonly role: OptionRole;
}

const rules = (role: OptionRole, takes: OptionRule['takes'], names: string): OptionRule[] =>
  names.split(' ').map((name) => ({ name, takes, role }));

const COMPILER_OPTIONS: readonly OptionRule[] = [
  ...rules('compile', 'none', '-c --compile'),
  ...rules('ask', 'none', '-E -S -M -MM -fsyntax-only --preprocess --assemble'),
  ...rules('output', 'value', '-o'),
  ...rules('output', 'next', '--output'),
  ...rules('output', 'attached', '--output='),
  ...rules('language', 'value', '-x'),
  ...rules('dependencies', 'none', '-MD -MMD -MP -MG -MV'),
  ...rules('dependencies', 'value', '-MF -MT -MQ -MJ'),
  ...rules('dependencies', 'attached', '-Wp,-MD, -Wp,-MMD, -Wp,-MF, -Wp,-MT, -Wp,-MP'),
  ...rules('aside', 'attached', '-save-temps --save-temps -dumpbase= -dumpdir='),
  ...rules('aside', 'next', '-aux-info -dumpbase -dumpbase-ext -dumpdir --serialize-diagnostics'),
  ...rules('library', 'value', '-l'),
  ...rules('library-folder', 'value', '-L'),
  ...rules('link', 'value', '-T -u -z -e -h'),
  ...rules('link', 'next', '-Xlinker -Ttext -Tdata -Tbss -Tss -framework -install_name -soname -rpath'),
  ...rules('link', 'attached', '-Wl, -fuse-ld= -Ttext= -Tdata= -Tbss= --ld-path='),
  ...rules('link', 'none', '-shared -static -static-pie -pie -no-pie -nopie -rdynamic -s -r -symbolic'),
  ...rules('link', 'none', '-nostdlib -nostartfiles -nodefaultlibs -nolibc -static-libgcc -shared-libgcc'),
  ...rules('link', 'none', '-static-libasan -static-libstdc++ -dynamic -export-dynamic -bundle -dynamiclib'),
  ...rules('keep', 'value', '-I -D -U -A -B -F -include -imacros -isystem -iquote -idirafter -iprefix'),
  ...rules('keep', 'value', '-iwithprefix -iwithprefixbefore -isysroot -imultilib'),
  ...rules('keep', 'next', '-Xassembler -Xpreprocessor -Xclang -mllvm -arch -target -specs -wrapper -G'),
  ...rules('keep', 'next', '--param --sysroot --include -include-pch'),
  ...rules('keep', 'attached', '--param= --sysroot= --include= -specs= -std= --std= -Wp,'),
];

const LINKER_OPTIONS: readonly OptionRule[] = [
  ...rules('output', 'value', '-o'),
  ...rules('output', 'next', '--output -output'),
  ...rules('output', 'attached', '--output='),
  ...rules('library', 'value', '-l'),
  ...rules('library', 'attached', '--library='),
  ...rules('library-folder', 'value', '-L'),
  ...rules('library-folder', 'attached', '--library-path='),
  ...rules('link', 'value', '-T -u -z -e -h -m -y -b -A -R -F -f -G -Y -a'),
  ...rules('link', 'next', '-soname --soname -rpath --rpath -rpath-link --rpath-link -Map --Map -init -fini'),
  ...rules(
    'link',
    'next',
    '-dynamic-linker --dynamic-linker -plugin --plugin -plugin-opt --plugin-opt --defsym',
  ),
  ...rules(
    'link',
    'next',
    '-version-script --version-script --dynamic-list --wrap --script --entry --undefined',
  ),
  ...rules('link', 'attached', '-plugin-opt= -Map= -soname= -rpath= -Ttext= -Tdata= -Tbss='),
];

const tableOf = (list: readonly OptionRule[]) => ({
  exact: new Map(list.map((rule) => [rule.name, rule])),
  /** Longest name first, so that -MF is not read as -M with a value. */
  attaching: list
    .filter((rule) => rule.takes === 'value' || rule.takes === 'attached')
    .toSorted((a, b) => b.name.length - a.name.length),
});

export type OptionTable = ReturnType<typeof tableOf>;

export const COMPILER_TABLE: OptionTable = tableOf(COMPILER_OPTIONS);
export const LINKER_TABLE: OptionTable = tableOf(LINKER_OPTIONS);
